import { type Candidate, type Hold, type HoldReason, isHold } from "./candidate.ts";
import { isPrepared, keyOfPrepare, keyOfPrune } from "./current.ts";
import { imageCandidates } from "./image-steps.ts";
import { serviceCandidates } from "./service-steps.ts";
import type { State } from "./state.ts";
import { type Step, type StepType, laneOf } from "./step.ts";

export interface Limits {
  /** How many steps of a type may run at once; any number where nothing is said. */
  readonly parallel: Partial<Readonly<Record<StepType, number>>>;
  /** Whether to give up on what will not mend by itself, because nobody is there to mend it. */
  readonly isOnce: boolean;
}

/** What should be running now, and why everything else waits. */
export interface Plan {
  readonly steps: readonly Step[];
  readonly holds: readonly Hold[];
}

/**
 * The steps that should be running now, those already under way included: what runs and is not among them is stale.
 * Pure: same state, same plan. Called after every event, so it must stay O(services).
 */
export function plan(state: State, limits: Limits): Plan {
  if (state.isStopping || !state.target) return { steps: [], holds: [] };
  const images = [...state.images.values()].flatMap((image) => imageCandidates(state, image));
  const services = [...state.services.values()].flatMap((service) => serviceCandidates(state, service, limits.isOnce));
  return admit(state, [...sharedCandidates(state), ...images, ...services], limits);
}

/** What no single image or service is about. */
function sharedCandidates(state: State): Candidate[] {
  const { target, inputChanges, inputsRead, pruned } = state;
  if (!target) return [];
  const prepareKey = keyOfPrepare(target, state.sharedDrifts);
  const pruneKey = keyOfPrune(target);
  return [
    ...(inputChanges === inputsRead
      ? []
      : [{ type: "read", key: `read ${inputChanges}`, subject: "services.json" } as const]),
    ...(isPrepared(state) ? [] : [{ type: "prepare", key: prepareKey, subject: "namespaces", target } as const]),
    ...(isPrepared(state) && pruned !== pruneKey
      ? [{ type: "prune", key: pruneKey, subject: "removed", target } as const]
      : []),
  ];
}

/** Lets through what may run: nothing that failed as it is, one step per lane, and no more of a type than the limits say. */
function admit(state: State, candidates: readonly Candidate[], { parallel }: Limits): Plan {
  const steps: Step[] = [];
  const holds: Hold[] = [];
  const lanes = new Set([...state.running.values()].map(laneOf));
  const counts = new Map<StepType, number>();
  for (const step of state.running.values()) counts.set(step.type, (counts.get(step.type) ?? 0) + 1);
  for (const candidate of candidates) {
    if (isHold(candidate)) holds.push(candidate);
    else {
      const reason = whyNotStart(candidate);
      if (reason === null) steps.push(candidate);
      else holds.push({ subject: candidate.subject, reason, on: [] });
    }
  }
  return { steps, holds };

  function whyNotStart(step: Step): HoldReason | null {
    if (state.running.has(step.key)) return null;
    if (state.isPaused && step.type !== "observe") return "paused";
    if (state.failures.has(step.key)) return "failed";
    if (lanes.has(laneOf(step))) return "cancelling";
    const count = counts.get(step.type) ?? 0;
    if (count >= (parallel[step.type] ?? Infinity)) return "slot";
    counts.set(step.type, count + 1);
    return null;
  }
}
