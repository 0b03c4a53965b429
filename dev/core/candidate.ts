import type { Step } from "./step.ts";

/** What should happen next to an image or a service: a step, unless something must be waited for. */
export type Candidate = Step | Hold;

export interface Hold {
  readonly subject: string;
  readonly reason: HoldReason;
  /** Names of what it waits for. */
  readonly on: readonly string[];
}

export type HoldReason =
  | "not-prepared"
  | "base-not-built"
  | "image-not-delivered"
  | "dependency-not-started"
  | "dependency-not-ready"
  | "failed"
  | "paused"
  | "cancelling"
  | "slot";

export function isHold(candidate: Candidate): candidate is Hold {
  return "reason" in candidate;
}
