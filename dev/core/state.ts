import type { Finding } from "../../tools/lib/errors.ts";
import { commanded } from "./commands.ts";
import { isAllReady } from "./current.ts";
import type { LoopEvent } from "./events.ts";
import { filesChanged } from "./files-changed.ts";
import { cancelled, failed, finished, retried, started } from "./outcomes.ts";
import type { Step } from "./step.ts";
import type { Drawing, ImageTarget, ServiceTarget, Target } from "./target.ts";
import { withService, withTarget } from "./updates.ts";

export interface ImageState {
  readonly target: ImageTarget;
  /** How often files of its context have changed. */
  readonly changes: number;
  /** Which rebuild of the session it was last asked for by, and which one was done; 0 for none. */
  readonly rebuilds: number;
  readonly rebuilt: number;
  /** Of what `tag` is the digest: see `digestKey`. */
  readonly digestedKey: string | null;
  /** Reference with the content's digest as its tag, `mage/core:3f2a9c41d0be`. */
  readonly tag: string | null;
  readonly builtTag: string | null;
  readonly deliveredTag: string | null;
}

export interface ServiceState {
  readonly target: ServiceTarget;
  /** What should be in the cluster; null until its images have been delivered once. */
  readonly wanted: Drawing | null;
  /** Digests of what was last applied, and of what was last Ready. */
  readonly applied: string | null;
  readonly ready: string | null;
  /** Whether it was applied once: start order counts until then. */
  readonly isStarted: boolean;
  /** How often its objects were changed by somebody else. */
  readonly drifts: number;
  /** How often its pods were asked to be replaced, and how often they were. */
  readonly restarts: number;
  readonly restarted: number;
  readonly sync: SyncState;
  /** Its workload is kept, and has no pods. */
  readonly isDisabled: boolean;
  readonly trouble: Trouble | null;
  /** When the oldest change that is not Ready yet was noticed. */
  readonly changedAtMs: number | null;
}

export interface SyncState {
  /** Counts the batches of changed files. */
  readonly batches: number;
  /** Path, relative to the root → the batch in which it last changed; without those that the containers have. */
  readonly pending: ReadonlyMap<string, number>;
  /** It could not be done: until the next image runs, every change is built. */
  readonly isOff: boolean;
}

export interface Trouble {
  readonly finding: Finding;
  readonly isFinal: boolean;
}

export interface Failure {
  readonly step: Step;
  readonly findings: readonly Finding[];
}

export interface State {
  readonly target: Target | null;
  readonly images: ReadonlyMap<string, ImageState>;
  readonly services: ReadonlyMap<string, ServiceState>;
  /** Keys of the last `prepare` and `prune` that were done. */
  readonly prepared: string | null;
  readonly pruned: string | null;
  readonly sharedDrifts: number;
  /** How often the registry or a file that it names has changed, and which of these was read last. */
  readonly inputChanges: number;
  readonly inputsRead: number;
  /** By key; cancelled ones too until they are gone. */
  readonly running: ReadonlyMap<string, Step>;
  readonly failures: ReadonlyMap<string, Failure>;
  /** Why nothing new is heard from the cluster; null while it answers. */
  readonly clusterLost: Finding | null;
  /** Nothing new is begun. */
  readonly isPaused: boolean;
  /** How often somebody asked for something to be built anew: never twice the same, also for an image that was away meanwhile. */
  readonly rebuilds: number;
  /** Whether there was a moment at which everything was Ready. */
  readonly hasBeenReady: boolean;
  readonly isStopping: boolean;
}

export const initialState: State = {
  target: null,
  images: new Map(),
  services: new Map(),
  prepared: null,
  pruned: null,
  sharedDrifts: 0,
  inputChanges: 0,
  inputsRead: 0,
  running: new Map(),
  failures: new Map(),
  clusterLost: null,
  isPaused: false,
  rebuilds: 0,
  hasBeenReady: false,
  isStopping: false,
};

/** The state after an event. Pure: everything that the loop knows has come through here. */
export function reduce(state: State, event: LoopEvent): State {
  const next = after(state, event);
  return next.hasBeenReady || !isAllReady(next) ? next : { ...next, hasBeenReady: true };
}

function after(state: State, event: LoopEvent): State {
  switch (event.type) {
    case "target-read":
      return withTarget(state, event.target, event.atMs);
    case "files-changed":
      return filesChanged(state, event.paths, event.atMs);
    case "commanded":
      return commanded(state, event.command, event.atMs);
    case "step-started":
      return started(state, event.step);
    case "step-finished":
      return finished(state, event.step, event.result, event.atMs);
    case "step-failed":
      return failed(state, event.step, event.findings);
    case "step-cancelled":
      return cancelled(state, event.step);
    case "retry-due":
      return retried(state);
    case "service-troubled":
      return withService(state, event.service, { trouble: { finding: event.finding, isFinal: event.isFinal } });
    case "service-recovered":
      return withService(state, event.service, { trouble: null });
    case "drifted":
      return drifted(state, event.service);
    case "cluster-lost":
      return { ...state, clusterLost: event.finding };
    case "cluster-returned":
      return { ...state, clusterLost: null };
    case "stop-requested":
      return { ...state, isStopping: true };
    case "noticed":
      return state;
  }
}

/** What was applied is not there any more: it is applied again. */
function drifted(state: State, name: string | null): State {
  if (name === null) return { ...state, prepared: null, sharedDrifts: state.sharedDrifts + 1 };
  const service = state.services.get(name);
  return service ? withService(state, name, { applied: null, drifts: service.drifts + 1 }) : state;
}
