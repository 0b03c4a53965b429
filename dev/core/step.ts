import type { Drawing, ImageTarget, Target } from "./target.ts";

/**
 * One thing to do. `key` says what exactly: the same key is the same work, so what runs under a key that is no longer
 * planned is stale. `subject` is what people call the thing it is done to.
 */
export type Step = ReadStep | PrepareStep | DigestStep | BuildStep | DeliverStep | ApplyStep | ObserveStep;
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

/** Find out what an image's content is: its tag. */
export interface DigestStep extends Keyed {
  readonly type: "digest";
  readonly image: ImageTarget;
  /** Reference of each base built here → its current tag. */
  readonly bases: ReadonlyMap<string, string>;
}

export interface BuildStep extends Keyed {
  readonly type: "build";
  readonly image: ImageTarget;
  readonly tag: string;
  readonly bases: ReadonlyMap<string, string>;
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

/** At most one step of a lane runs at a time: a cancelled one must be gone before its successor starts. */
export function laneOf(step: Step): string {
  return `${step.type} ${step.subject}`;
}
