import type { Finding } from "../../tools/lib/errors.ts";
import type { Step } from "./step.ts";
import type { Target } from "./target.ts";

/** Everything that can happen to the loop: facts, in the past tense. `atMs` and `ms` are milliseconds of one monotonic clock. */
export type LoopEvent =
  | { readonly type: "target-read"; readonly target: Target; readonly atMs: number }
  /** Paths relative to the root, with forward slashes. */
  | { readonly type: "files-changed"; readonly paths: readonly string[]; readonly atMs: number }
  | { readonly type: "step-started"; readonly step: Step; readonly atMs: number }
  | {
      readonly type: "step-finished";
      readonly step: Step;
      readonly result: StepResult;
      readonly ms: number;
      readonly atMs: number;
    }
  | { readonly type: "step-failed"; readonly step: Step; readonly findings: readonly Finding[]; readonly ms: number }
  | { readonly type: "step-cancelled"; readonly step: Step }
  /** The newest pods of a service have a problem. Final: it will not go away unless something is changed. */
  | {
      readonly type: "service-troubled";
      readonly service: string;
      readonly finding: Finding;
      readonly isFinal: boolean;
    }
  | { readonly type: "service-recovered"; readonly service: string }
  /** Objects are no longer as they were applied. A null service: those that no single service owns. */
  | { readonly type: "drifted"; readonly service: string | null; readonly objects: readonly string[] }
  /** The cluster's API answers nobody any more: what is known of it is as it was. */
  | { readonly type: "cluster-lost"; readonly finding: Finding }
  | { readonly type: "cluster-returned" }
  | { readonly type: "commanded"; readonly command: Command; readonly atMs: number }
  /** What could not be reached is worth another try. */
  | { readonly type: "retry-due" }
  /** Something that the user should know and that stops nothing. */
  | { readonly type: "noticed"; readonly finding: Finding }
  | { readonly type: "stop-requested" };

/** What the user asks for by a key. A null service: all of them. */
export type Command =
  | { readonly type: "pause" | "resume" }
  | { readonly type: "rebuild" | "restart"; readonly service: string | null }
  | { readonly type: "disable" | "enable"; readonly service: string };

export type StepResult =
  | { readonly type: "read"; readonly target: Target }
  | { readonly type: "prepared" }
  | { readonly type: "digested"; readonly tag: string }
  /** `isCached`: it was there already, and nothing was done. */
  | { readonly type: "built" | "delivered"; readonly isCached: boolean }
  | { readonly type: "applied"; readonly objects: number }
  | { readonly type: "pruned"; readonly objects: readonly string[] }
  | { readonly type: "synced" }
  | { readonly type: "restarted" }
  | { readonly type: "ready" };
