import { sendJson } from "../../http/respond.ts";
import { sendFrames, sse, sseDone, sseType } from "../../http/stream.ts";
import type { Frame } from "../../http/stream.ts";
import { cut } from "../../reply/cut.ts";
import { replyTo } from "../../reply/reply.ts";
import type { Rule } from "../../settings/settings.ts";
import { createdAtSeconds, fingerprint } from "../../words/fingerprint.ts";
import { countTokens, eachToken, tokensOf } from "../../words/tokens.ts";
import type { Endpoint } from "../endpoint.ts";
import { measured } from "../measured.ts";
import { begin, generated } from "../script.ts";
import { readRequest } from "./body.ts";
import { usage } from "./answer.ts";
import { completionRequestFrom } from "./completion-request.ts";
import type { CompletionRequest } from "./completion-request.ts";
import { completionLogprobs } from "./logprobs.ts";

/** Text completions, whole or streamed (vllm/entrypoints/openai/serving_completion.py). */
export const completions: Endpoint = {
  methods: ["POST"],
  path: "/v1/completions",
  api: "vllm",
  handle: async (exchange) => {
    const request = completionRequestFrom(await readRequest(exchange.request), exchange.store.current);
    await measured(exchange, request.model, async (started) => {
      const script = await begin(exchange, { model: request.model, text: request.prompts.join("\n") });
      const answer = complete(request, script.rule);
      started({
        promptTokens: request.promptTokens,
        generationTokens: answer.generated,
        reasons: answer.choices.map((choice) => choice.finishReason),
      });
      if (request.sampling.stream)
        return sendFrames(exchange.response, sseType, framesOf(request, answer), script.pace);
      if (await generated(exchange, script, answer.generated)) sendJson(exchange.response, 200, whole(request, answer));
    });
  },
};

interface Choice {
  readonly index: number;
  /** What is echoed, and what was said. */
  readonly texts: readonly string[];
  readonly tokenCount: number;
  readonly finishReason: "stop" | "length";
  readonly stopReason: string | null;
}

interface Answer {
  readonly id: string;
  readonly choices: readonly Choice[];
  /** Tokens, those of an echo not counted. */
  readonly generated: number;
}

// The choices of the first prompt, then those of the second, as vLLM numbers them.
function complete({ prompts, sampling, format, echo }: CompletionRequest, rule: Rule | undefined): Answer {
  const seed = fingerprint(sampling.identity);
  const own = prompts.flatMap((prompt, place) =>
    Array.from({ length: sampling.choiceCount }, (_, nth) => {
      const conversation = {
        messages: [{ role: "user", text: prompt }],
        tools: [],
        toolChoice: "none",
        format,
      } as const;
      const reply = replyTo(conversation, rule, fingerprint(seed, place, nth));
      const text = "text" in reply ? reply.text : "";
      return { prompt, ...cut(format === "text" ? ` ${text}` : text, sampling) };
    }),
  );
  const choices = own.map(({ prompt, text, tokenCount, finishReason, stopReason }, index) => ({
    index,
    texts: echo ? [prompt, text] : [text],
    tokenCount: tokenCount + (echo ? countTokens(prompt) : 0),
    finishReason,
    stopReason,
  }));
  return {
    id: `cmpl-${seed.slice(0, 32)}`,
    choices,
    generated: own.reduce((sum, { tokenCount }) => sum + tokenCount, 0),
  };
}

function whole({ model, logprobs, promptTokens }: CompletionRequest, { id, choices, generated: count }: Answer) {
  return {
    id,
    object: "text_completion",
    created: createdAtSeconds,
    model,
    choices: choices.map(({ index, texts, finishReason, stopReason }) => ({
      index,
      text: texts.join(""),
      logprobs: logprobs === undefined ? null : completionLogprobs(texts.flatMap(tokensOf), logprobs),
      finish_reason: finishReason,
      stop_reason: stopReason,
      token_ids: null,
      prompt_logprobs: null,
      prompt_token_ids: null,
    })),
    service_tier: null,
    system_fingerprint: null,
    usage: { ...usage(promptTokens, count), prompt_tokens_details: null },
    kv_transfer_params: null,
  };
}

// Unlike chat's, these chunks name every field, `usage` as null until the last.
function* framesOf({ model, sampling, logprobs, promptTokens }: CompletionRequest, answer: Answer): Iterable<Frame> {
  const head = { id: answer.id, object: "text_completion", created: createdAtSeconds, model };
  let sent = 0;
  for (const { index, texts, tokenCount, finishReason, stopReason } of answer.choices) {
    let offset = 0;
    let position = 0;
    for (const text of tokenCount > 0 ? eachOf(texts) : [""]) {
      const isLast = position >= tokenCount - 1;
      const choice = {
        index,
        text,
        logprobs: logprobs === undefined ? null : completionLogprobs([text], logprobs, position, offset),
        finish_reason: isLast ? finishReason : null,
        stop_reason: isLast ? stopReason : null,
        prompt_token_ids: null,
        token_ids: null,
      };
      sent += 1;
      offset += text.length;
      position += 1;
      yield sse(
        { ...head, choices: [choice], usage: sampling.continuousUsage ? usage(promptTokens, sent) : null },
        true,
      );
    }
  }
  if (sampling.includeUsage) yield sse({ ...head, choices: [], usage: usage(promptTokens, answer.generated) });
  yield sseDone;
}

function* eachOf(texts: readonly string[]): Iterable<string> {
  for (const text of texts) yield* eachToken(text);
}
