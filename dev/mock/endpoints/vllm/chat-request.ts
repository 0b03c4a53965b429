import type { JsonObject } from "../../http/body.ts";
import { invalidRequest } from "../../http/errors.ts";
import type { Conversation } from "../../reply/conversation.ts";
import type { Settings } from "../../settings/settings.ts";
import { countTokens } from "../../words/tokens.ts";
import { flagFrom, modelFrom, wholeFrom } from "./fields.ts";
import { formatFrom } from "./format.ts";
import { messagesFrom } from "./messages.ts";
import { checkLength, samplingFrom } from "./sampling.ts";
import type { Sampling } from "./sampling.ts";
import { toolChoiceFrom, toolsFrom } from "./tools.ts";

/** What of a chat request the answer depends on, checked. */
export interface ChatRequest {
  readonly model: string;
  readonly conversation: Conversation;
  readonly sampling: Sampling;
  readonly promptTokens: number;
  /** How many alternatives to name beside each token; undefined when no log probabilities are asked for. */
  readonly topLogprobs: number | undefined;
}

/** Throws the `ApiError` that vLLM would answer (`ChatCompletionRequest` in vllm/entrypoints/openai/protocol.py). */
export function chatRequestFrom(body: JsonObject, { models, maxModelLen }: Settings): ChatRequest {
  const sampling = samplingFrom(body, Infinity);
  const messages = messagesFrom(body["messages"]);
  const tools = toolsFrom(body["tools"]);
  const model = modelFrom(body, models);
  const promptTokens = messages.reduce((sum, { text }) => sum + countTokens(text), 0);
  checkLength(promptTokens, sampling, maxModelLen);
  return {
    model,
    conversation: {
      messages,
      tools,
      toolChoice: toolChoiceFrom(body, tools, Array.isArray(body["tools"])),
      format: formatFrom(body),
    },
    sampling: { ...sampling, maxTokens: Math.min(sampling.maxTokens, maxModelLen - promptTokens) },
    promptTokens,
    topLogprobs: topLogprobsFrom(body),
  };
}

function topLogprobsFrom(body: JsonObject): number | undefined {
  const isAsked = flagFrom(body, "logprobs");
  const top = wholeFrom(body, "top_logprobs", 0) ?? 0;
  if (top > 0 && !isAsked) throw invalidRequest("when using `top_logprobs`, `logprobs` must be set to true.");
  return isAsked ? top : undefined;
}
