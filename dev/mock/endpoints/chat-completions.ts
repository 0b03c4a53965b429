import { answerTokens, createdAtSeconds, fingerprint, tokensOf } from "../answer.ts";
import { chatRequestFrom } from "../chat-request.ts";
import type { ChatRequest } from "../chat-request.ts";
import { readObject } from "../request-body.ts";
import { sendEvents, sendJson } from "../respond.ts";
import type { Endpoint } from "./endpoint.ts";

/** Chat completions, whole or streamed, in vLLM's wire format (its `chat_completion/protocol.py` and `serving.py`). */
export const chatCompletions: Endpoint = {
  method: "POST",
  path: "/v1/chat/completions",
  handle: async ({ request, response, options }) => {
    const chat = chatRequestFrom(await readObject(request), options.models);
    const completion = complete(chat);
    if (chat.stream) sendEvents(response, chunksOf(chat, completion));
    else sendJson(response, 200, whole(chat, completion));
  },
};

interface Choice {
  readonly index: number;
  readonly tokens: readonly string[];
  readonly finishReason: "stop" | "length";
}

interface Completion {
  readonly id: string;
  readonly choices: readonly Choice[];
  readonly usage: { prompt_tokens: number; total_tokens: number; completion_tokens: number };
}

function complete(chat: ChatRequest): Completion {
  const seed = fingerprint(chat.identity);
  const choices = Array.from({ length: chat.choiceCount }, (_, index) => choose(chat, seed, index));
  const promptTokens = chat.messages.reduce((sum, text) => sum + tokensOf(text).length, 0);
  const completionTokens = choices.reduce((sum, { tokens }) => sum + tokens.length, 0);
  return {
    id: `chatcmpl-${seed.slice(0, 32)}`,
    choices,
    usage: {
      prompt_tokens: promptTokens,
      total_tokens: promptTokens + completionTokens,
      completion_tokens: completionTokens,
    },
  };
}

function choose(chat: ChatRequest, seed: string, index: number): Choice {
  const all = answerTokens(chat.prompt, fingerprint(seed, index));
  const tokens = all.slice(0, chat.maxTokens);
  return { index, tokens, finishReason: tokens.length < all.length ? "length" : "stop" };
}

function whole(chat: ChatRequest, { id, choices, usage }: Completion) {
  return {
    id,
    object: "chat.completion",
    created: createdAtSeconds,
    model: chat.model,
    choices: choices.map(({ index, tokens, finishReason }) => ({
      index,
      message: { role: "assistant", content: tokens.join(""), refusal: null, tool_calls: [] },
      logprobs: null,
      finish_reason: finishReason,
      stop_reason: null,
    })),
    service_tier: null,
    system_fingerprint: null,
    usage: { ...usage, prompt_tokens_details: null },
    prompt_logprobs: null,
  };
}

function chunksOf(chat: ChatRequest, { id, choices, usage }: Completion): unknown[] {
  const chunk = {
    id,
    object: "chat.completion.chunk",
    created: createdAtSeconds,
    model: chat.model,
  };
  const deltas = [...choices.map(opening), ...choices.flatMap(contents)];
  const chunks: unknown[] = deltas.map((choice) => ({ ...chunk, choices: [choice] }));
  return chat.includeUsage ? [...chunks, { ...chunk, choices: [], usage }] : chunks;
}

function opening({ index }: Choice) {
  return { index, delta: { role: "assistant", content: "" }, logprobs: null, finish_reason: null };
}

// The reason to finish comes with the last token, not after it.
function contents({ index, tokens, finishReason }: Choice) {
  return tokens.map((content, position) => {
    const delta = { index, delta: { content }, logprobs: null, finish_reason: null };
    const isLast = position === tokens.length - 1;
    return isLast ? { ...delta, finish_reason: finishReason, stop_reason: null } : delta;
  });
}
