import type { Pods } from "../sources/pods.ts";
import type { KubeApi } from "./api/api.ts";
import { currentPods } from "./current-pods.ts";
import { unsteadyMs } from "./diagnosis/container.ts";
import type { Following } from "./following.ts";
import { type Workload, rolloutOf } from "./rollout.ts";
import { releaseStuckPods } from "./stuck-pods.ts";
import type { View } from "./view.ts";

interface Sources {
  readonly api: KubeApi;
  readonly view: View;
  readonly pods: Pods;
  readonly following: Following;
}

interface Waited {
  readonly service: string;
  /** How many workloads it has. */
  readonly count: number;
  readonly timeoutMs: number | null;
  readonly signal: AbortSignal;
}

export type Outcome = readonly Workload[] | "late" | "aborted";

/** Waits for roll-outs. One for a session: whoever listens to pods listens for ever. */
export type RollOuts = (waited: Waited) => Promise<Outcome>;

/**
 * Resolves with a service's workloads once all are rolled out, or a job has failed. Decided anew at each change, at once:
 * nothing is asked for in turns.
 */
export function newRollOuts(sources: Sources): RollOuts {
  const waiting = new Map<object, { readonly service: string; readonly look: () => void }>();
  sources.pods.onChange((service) => {
    for (const one of waiting.values()) if (one.service === service) one.look();
  });
  return ({ service, count, timeoutMs, signal }) =>
    new Promise((resolve) => {
      const released = new Set<string>();
      let steady: NodeJS.Timeout | undefined;
      const late = timeoutMs === null ? undefined : setTimeout(() => end("late"), timeoutMs);
      const unlisten = sources.view.onChange(look);
      const abort = (): void => end("aborted");
      waiting.set(released, { service, look });
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) end("aborted");
      else look();

      function look(): void {
        const outcome = outcomeOf(sources, service, count, released);
        clearTimeout(steady);
        if (typeof outcome === "number") steady = setTimeout(look, outcome);
        else if (outcome !== null) end(outcome);
      }

      function end(outcome: Outcome): void {
        clearTimeout(late);
        clearTimeout(steady);
        unlisten();
        waiting.delete(released);
        signal.removeEventListener("abort", abort);
        resolve(outcome);
      }
    });
}

/** Null: not yet. A number: in so many milliseconds, when no pod crashes again. */
function outcomeOf(
  { api, view, pods, following }: Sources,
  service: string,
  count: number,
  released: Set<string>,
): readonly Workload[] | number | null {
  const workloads = following.current(service);
  for (const workload of workloads) releaseStuckPods(api, workload, pods.of(service), released);
  const states = workloads.map(rolloutOf);
  if (states.includes("failed")) return workloads;
  if (workloads.length < count || states.includes("waiting")) return null;
  const current = workloads.flatMap((workload) => currentPods(workload, pods.of(service), view));
  const waitMs = Math.max(0, ...current.map((pod) => unsteadyMs(pod, Date.now())));
  return waitMs > 0 ? waitMs : workloads;
}
