import type { JsonObject } from "../http/body.ts";

// What a request asks, whichever API it came by.

export interface Message {
  readonly role: string;
  readonly text: string;
}

export interface Tool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject;
}

export type ToolChoice = "none" | "auto" | "required" | { readonly name: string };

/** What the answer must look like. `schema`: JSON Schema. */
export type Format = "text" | "json" | { readonly schema: unknown } | { readonly choices: readonly string[] };

export interface Conversation {
  readonly messages: readonly Message[];
  readonly tools: readonly Tool[];
  readonly toolChoice: ToolChoice;
  readonly format: Format;
}

export interface Call {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** What is said, or which tools are called instead. */
export type Reply = { readonly text: string } | { readonly calls: readonly Call[] };

/** What was asked last. */
export function questionOf(messages: readonly Message[]): string {
  const asked = messages.findLast(({ role }) => role === "user") ?? messages.at(-1);
  return asked?.text ?? "";
}
