import type { JsonObject } from "../http/body.ts";

/** How the mock behaves. Every field may be changed while it runs (endpoints/settings.ts). */
export interface Settings {
  /** The names it serves; the first is the one that a request without a model gets. */
  readonly models: readonly string[];
  /** Tokens that a prompt and its answer may have together. */
  readonly maxModelLen: number;
  /** Of an embedding. */
  readonly dimensions: number;
  /** Before the first byte of an answer. */
  readonly latencyMs: number;
  /** 0: no limit. */
  readonly tokensPerSecond: number;
  /** The first that matches a request decides. */
  readonly rules: readonly Rule[];
}

export interface Rule {
  /** All that is given must match; a rule without it matches every request for a model. */
  readonly when: Condition;
  /** Said word for word instead of what the mock would say. */
  readonly answer?: string;
  /** Called instead of what the mock would call. */
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: JsonObject }[];
  readonly failure?: Failure;
  readonly latencyMs?: number;
  readonly tokensPerSecond?: number;
  /** How many requests it decides before it is used up; all when absent. */
  readonly times?: number;
}

export interface Condition {
  /** As requested, without what follows a `?`. Only a rule that names one matches what asks no model (`/health`). */
  readonly path?: string;
  readonly model?: string;
  /** What the last message, the prompt or the input contains, in whatever case. */
  readonly contains?: string;
  /** Of an uploaded recording. */
  readonly fileName?: string;
  /** Of an uploaded recording's bytes, in hexadecimal. */
  readonly sha256?: string;
}

export type Failure =
  /** An error of the API's own shape. */
  | { readonly status: number; readonly message?: string; readonly retryAfterSeconds?: number }
  /** Never answers. */
  | { readonly timeout: true }
  /** Cuts the connection after so many frames of a stream; at once when the answer is none. */
  | { readonly dropAfterFrames: number };

export const defaults: Settings = {
  models: ["mage-chat"],
  maxModelLen: 8192,
  dimensions: 768,
  latencyMs: 0,
  tokensPerSecond: 0,
  rules: [],
};
