import type {
  ApplyStep,
  BuildStep,
  DeliverStep,
  DigestStep,
  ObserveStep,
  PrepareStep,
  PruneStep,
  RestartStep,
  SyncStep,
} from "./step.ts";
import type { Target } from "./target.ts";

// What the loop needs from the world. Every call ends soon after its signal is aborted, leaves nothing running, and
// throws a `UserError` for whatever the user can mend.

export interface Ports {
  readonly registry: Registry;
  readonly builder: ImageBuilder;
  readonly delivery: ImageDelivery;
  readonly cluster: Cluster;
  readonly containers: Containers;
  readonly clock: Clock;
}

export interface Registry {
  read(): Promise<Target>;
}

export interface ImageBuilder {
  /** The reference under which an image's present content is known: its tag is the digest of all that goes into it. */
  digest(step: DigestStep, signal: AbortSignal): Promise<string>;
  /** True when the image was there already, and nothing was built. */
  build(step: BuildStep, signal: AbortSignal): Promise<boolean>;
}

export interface ImageDelivery {
  /** Resolves when every node can start the image, as `step.tag` and as its deployed reference. True: all had it already. */
  deliver(step: DeliverStep, signal: AbortSignal): Promise<boolean>;
}

export interface Cluster {
  prepare(step: PrepareStep, signal: AbortSignal): Promise<void>;
  /** Resolves with how many objects were sent to the API; those that are there as they should be are not. */
  apply(step: ApplyStep, signal: AbortSignal): Promise<number>;
  /** Deletes what is in the inventory and no longer in the registry; resolves with the names. */
  prune(step: PruneStep, signal: AbortSignal): Promise<readonly string[]>;
  restart(step: RestartStep, signal: AbortSignal): Promise<void>;
  /** Resolves when what was applied is Ready, or its jobs are done. */
  observe(step: ObserveStep, signal: AbortSignal): Promise<void>;
}

/** What is inside running containers. */
export interface Containers {
  /**
   * Resolves when every running container of the image has the files; later ones get them when they start. Rejects with
   * a `UserError` when this cannot be done: the image is built instead.
   */
  sync(step: SyncStep, signal: AbortSignal): Promise<void>;
}

export interface Clock {
  /** Milliseconds of a monotonic clock. */
  nowMs(): number;
}
