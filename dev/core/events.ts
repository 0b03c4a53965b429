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
  /** Something that the user should know and that stops nothing. */
  | { readonly type: "noticed"; readonly finding: Finding }
  | { readonly type: "stop-requested" };

export type StepResult =
  | { readonly type: "read"; readonly target: Target }
  | { readonly type: "prepared" }
  | { readonly type: "digested"; readonly tag: string }
  /** `isCached`: it was there already, and nothing was done. */
  | { readonly type: "built" | "delivered"; readonly isCached: boolean }
  | { readonly type: "applied" }
  | { readonly type: "ready" };
