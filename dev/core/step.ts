import type { Drawing, ImageTarget, ServiceTarget, Target } from "./target.ts";

/**
 * One thing to do. `key` says what exactly: the same key is the same work, so what runs under a key that is no longer
 * planned is stale. `subject` is what people call the thing it is done to.
 */
export type Step =
  | ReadStep
  | PrepareStep
  | PruneStep
  | DigestStep
  | BuildStep
  | DeliverStep
  | ApplyStep
  | ObserveStep
  | SyncStep
  | RestartStep;
export type StepType = Step["type"];

interface Keyed {
  readonly key: string;
  readonly subject: string;
}

/** Read the registry and what it names again. */
export interface ReadStep extends Keyed {
  readonly type: "read";
}

/** Make the namespaces and what else every service needs. */
export interface PrepareStep extends Keyed {
  readonly type: "prepare";
  readonly target: Target;
}

/** Delete what an earlier version of the registry had and this one has no more. */
export interface PruneStep extends Keyed {
  readonly type: "prune";
  readonly target: Target;
}

/** Find out what an image's content is: its tag. */
export interface DigestStep extends Keyed {
  readonly type: "digest";
  readonly image: ImageTarget;
  /** Reference of each base built here → its current tag. */
  readonly bases: ReadonlyMap<string, string>;
  /** Which rebuild of the session it was last asked for by, 0 for none: part of what the tag is the digest of. */
  readonly rebuilds: number;
}

export interface BuildStep extends Keyed {
  readonly type: "build";
  readonly image: ImageTarget;
  readonly tag: string;
  readonly bases: ReadonlyMap<string, string>;
  readonly rebuilds: number;
  /** Somebody asked for it and has not got it yet: no layer of an earlier build is used. */
  readonly isAnew: boolean;
}

/** Put an image where the cluster finds it. */
export interface DeliverStep extends Keyed {
  readonly type: "deliver";
  readonly image: ImageTarget;
  readonly tag: string;
}

export interface ApplyStep extends Keyed {
  readonly type: "apply";
  readonly service: string;
  readonly drawing: Drawing;
}

/** Wait until what was applied is Ready. */
export interface ObserveStep extends Keyed {
  readonly type: "observe";
  readonly service: string;
  readonly drawing: Drawing;
}

/** Copy files that were changed into the running containers, and do what their rules say. */
export interface SyncStep extends Keyed {
  readonly type: "sync";
  readonly service: ServiceTarget;
  /** Changed since they were last copied: relative to the root, gone where they no longer exist. */
  readonly paths: readonly string[];
  /** The newest batch of changes among them. */
  readonly batch: number;
  /** Tag of the image in whose containers they belong: others have them already. Null for an image that is not built here. */
  readonly tag: string | null;
}

/** Replace a service's pods by new ones that are the same. */
export interface RestartStep extends Keyed {
  readonly type: "restart";
  readonly service: string;
  /** How many restarts of this session it is the last of. */
  readonly restarts: number;
  readonly drawing: Drawing;
}

/** At most one step of a lane runs at a time: a cancelled one must be gone before its successor starts. */
export function laneOf(step: Step): string {
  return `${step.type} ${step.subject}`;
}
