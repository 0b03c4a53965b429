import type { Call } from "../../reply/conversation.ts";

/** One of the answers to a chat, in words or in calls. */
export interface Choice {
  readonly index: number;
  readonly text: string;
  /** Of the text. */
  readonly tokenCount: number;
  readonly calls: readonly (Call & { readonly id: string })[];
  readonly finishReason: "stop" | "length" | "tool_calls";
  readonly stopReason: string | null;
}

export interface Usage {
  readonly prompt_tokens: number;
  readonly total_tokens: number;
  readonly completion_tokens: number;
}

export interface Completion {
  readonly id: string;
  readonly choices: readonly Choice[];
  readonly usage: Usage;
}

/** `UsageInfo` of vllm/entrypoints/openai/protocol.py. */
export function usage(promptTokens: number, completionTokens: number): Usage {
  return {
    prompt_tokens: promptTokens,
    total_tokens: promptTokens + completionTokens,
    completion_tokens: completionTokens,
  };
}
