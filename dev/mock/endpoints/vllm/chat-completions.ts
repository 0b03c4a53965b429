import { sendJson } from "../../http/respond.ts";
import { sendFrames, sseType } from "../../http/stream.ts";
import { cut } from "../../reply/cut.ts";
import { questionOf } from "../../reply/conversation.ts";
import { replyTo } from "../../reply/reply.ts";
import type { Rule } from "../../settings/settings.ts";
import { createdAtSeconds, fingerprint } from "../../words/fingerprint.ts";
import { countTokens, tokensOf } from "../../words/tokens.ts";
import type { Endpoint } from "../endpoint.ts";
import { measured } from "../measured.ts";
import { begin, generated } from "../script.ts";
import { readRequest } from "./body.ts";
import { usage } from "./answer.ts";
import type { Choice, Completion } from "./answer.ts";
import { chatFrames } from "./chat-frames.ts";
import { chatRequestFrom } from "./chat-request.ts";
import type { ChatRequest } from "./chat-request.ts";
import { chatLogprobs } from "./logprobs.ts";

/** Chat completions, whole or streamed (`OpenAIServingChat` in vllm/entrypoints/openai/serving_chat.py). */
export const chatCompletions: Endpoint = {
  methods: ["POST"],
  path: "/v1/chat/completions",
  api: "vllm",
  handle: async (exchange) => {
    const chat = chatRequestFrom(await readRequest(exchange.request), exchange.store.current);
    await measured(exchange, chat.model, async (started) => {
      const script = await begin(exchange, { model: chat.model, text: questionOf(chat.conversation.messages) });
      const completion = complete(chat, script.rule);
      const { prompt_tokens: promptTokens, completion_tokens: generationTokens } = completion.usage;
      started({ promptTokens, generationTokens, reasons: completion.choices.map(({ finishReason }) => finishReason) });
      if (chat.sampling.stream)
        return sendFrames(exchange.response, sseType, chatFrames(chat, completion), script.pace);
      if (await generated(exchange, script, generationTokens))
        sendJson(exchange.response, 200, whole(chat, completion));
    });
  },
};

function complete(chat: ChatRequest, rule: Rule | undefined): Completion {
  const { sampling, promptTokens } = chat;
  const seed = fingerprint(sampling.identity);
  const choices = Array.from({ length: sampling.choiceCount }, (_, index) => choose(chat, rule, seed, index));
  return {
    id: `chatcmpl-${seed.slice(0, 32)}`,
    choices,
    usage: usage(
      promptTokens,
      choices.reduce((sum, choice) => sum + tokensIn(choice), 0),
    ),
  };
}

// vLLM says `tool_calls` where the model chose to call, and `stop` where the request forced it to.
function choose(chat: ChatRequest, rule: Rule | undefined, seed: string, index: number): Choice {
  const own = fingerprint(seed, index);
  const reply = replyTo(chat.conversation, rule, own);
  if ("text" in reply) return { index, calls: [], ...cut(reply.text, chat.sampling) };
  const calls = reply.calls.map((call, position) => ({
    ...call,
    id: `chatcmpl-tool-${fingerprint(own, position).slice(0, 32)}`,
  }));
  const finishReason = chat.conversation.toolChoice === "auto" ? "tool_calls" : "stop";
  return { index, text: "", tokenCount: 0, calls, finishReason, stopReason: null };
}

function tokensIn({ tokenCount, calls }: Choice): number {
  return calls.reduce((sum, call) => sum + countTokens(call.name + JSON.stringify(call.arguments)), tokenCount);
}

function whole(chat: ChatRequest, { id, choices, usage: used }: Completion) {
  return {
    id,
    object: "chat.completion",
    created: createdAtSeconds,
    model: chat.model,
    choices: choices.map((choice) => wholeChoice(chat, choice)),
    service_tier: null,
    system_fingerprint: null,
    usage: { ...used, prompt_tokens_details: null },
    prompt_logprobs: null,
    prompt_token_ids: null,
    kv_transfer_params: null,
  };
}

function wholeChoice(
  { topLogprobs, conversation }: ChatRequest,
  { index, text, calls, finishReason, stopReason }: Choice,
) {
  const isAutoCall = calls.length > 0 && conversation.toolChoice === "auto";
  return {
    index,
    message: {
      role: "assistant",
      content: isAutoCall ? null : text,
      refusal: null,
      annotations: null,
      audio: null,
      function_call: null,
      tool_calls: calls.map((call) => ({
        id: call.id,
        type: "function",
        function: { name: call.name, arguments: JSON.stringify(call.arguments) },
      })),
      reasoning_content: null,
    },
    logprobs: topLogprobs === undefined ? null : chatLogprobs(tokensOf(text), topLogprobs),
    finish_reason: finishReason,
    stop_reason: stopReason,
    token_ids: null,
  };
}
