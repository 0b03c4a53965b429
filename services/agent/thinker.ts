import { OpenAI } from "openai";
import type {
  ChatCompletionFunctionTool,
  ChatCompletionMessageFunctionToolCall as Call,
  ChatCompletionMessageParam as Message,
} from "openai/resources/chat/completions";
import { modelFailed } from "../base/model.ts";
import type { Model } from "../base/model.ts";
import type { Tool } from "./tools.ts";

export type { Call, Message };

export interface Thought {
  readonly text: string;
  readonly calls: readonly Call[];
}

/** What the model does next; rejects with `HttpError` 502. Without `mayCall` it has to answer. */
export type Think = (messages: readonly Message[], mayCall: boolean, signal: AbortSignal) => Promise<Thought>;

export function thinkerOf(model: Model, tools: readonly Tool[]): Think {
  const client = new OpenAI(model.client);
  const shared = { model: model.name, tools: tools.map(declared), max_completion_tokens: 1_024 };
  return async (messages, mayCall, signal) => {
    const choice = { tool_choice: mayCall ? ("auto" as const) : ("none" as const) };
    const request = { ...shared, ...choice, messages: [...messages] };
    const { choices } = await client.chat.completions.create(request, { signal }).catch((cause: unknown) => {
      throw modelFailed(cause);
    });
    const calls = choices[0]?.message.tool_calls?.filter((call) => call.type === "function") ?? [];
    return { text: choices[0]?.message.content ?? "", calls };
  };
}

function declared({ name, description, parameters }: Tool): ChatCompletionFunctionTool {
  return { type: "function", function: { name, description, parameters: { ...parameters } } };
}
