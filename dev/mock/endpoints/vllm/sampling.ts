import { badRequest, invalidRequest } from "../../http/errors.ts";
import type { JsonObject } from "../../http/body.ts";
import type { Limits } from "../../reply/cut.ts";
import { flagFrom, numberFrom, objectFrom, textsFrom, wholeFrom } from "./fields.ts";

/** What chat and text completions have in common. */
export interface Sampling extends Limits {
  readonly choiceCount: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** Usage so far in every chunk. */
  readonly continuousUsage: boolean;
  /** The request without what only says how the answer travels. */
  readonly identity: JsonObject;
}

/** Ranges and words are those of vLLM's `SamplingParams._verify_args` (vllm/sampling_params.py). */
export function samplingFrom(body: JsonObject, defaultMaxTokens: number): Sampling {
  const { stream: _stream, stream_options: _options, ...identity } = body;
  const stream = flagFrom(body, "stream");
  const options = objectFrom(body, "stream_options");
  if (options !== undefined && !stream) throw invalidRequest("Stream options can only be defined when `stream=True`.");
  checkRanges(body);
  const includeUsage = options !== undefined && options["include_usage"] !== false && options["include_usage"] !== null;
  return {
    maxTokens: wholeFrom(body, "max_completion_tokens", 1) ?? wholeFrom(body, "max_tokens", 1) ?? defaultMaxTokens,
    stop: textsFrom(body, "stop"),
    includeStop: flagFrom(body, "include_stop_str_in_output"),
    choiceCount: wholeFrom(body, "n", 1) ?? 1,
    stream,
    includeUsage,
    continuousUsage: includeUsage && options["continuous_usage_stats"] === true,
    identity,
  };
}

/** A prompt must leave room for one token, and for as many as were asked for (`_validate_input` in serving_engine.py). */
export function checkLength(promptTokens: number, { maxTokens }: Limits, maxModelLen: number): void {
  const limit = `This model's maximum context length is ${maxModelLen} tokens`;
  if (promptTokens >= maxModelLen) {
    throw badRequest(
      `${limit}. However, your request has ${promptTokens} input tokens. Please reduce the length of the input messages.`,
    );
  }
  if (maxTokens === Infinity || promptTokens + maxTokens <= maxModelLen) return;
  throw badRequest(
    `'max_tokens' or 'max_completion_tokens' is too large: ${maxTokens}. ${limit} and your request has ${promptTokens} input tokens (${maxTokens} > ${maxModelLen} - ${promptTokens}).`,
  );
}

function checkRanges(body: JsonObject): void {
  const { temperature, top_p: topP } = {
    temperature: numberFrom(body, "temperature"),
    top_p: numberFrom(body, "top_p"),
  };
  if (temperature !== undefined && temperature < 0) {
    throw badRequest(`temperature must be non-negative, got ${temperature}.`);
  }
  if (topP !== undefined && !(topP > 0 && topP <= 1)) throw badRequest(`top_p must be in (0, 1], got ${topP}.`);
  for (const name of ["presence_penalty", "frequency_penalty"]) {
    const penalty = numberFrom(body, name);
    if (penalty !== undefined && Math.abs(penalty) > 2) throw badRequest(`${name} must be in [-2, 2], got ${penalty}.`);
  }
  const seed = numberFrom(body, "seed");
  if (seed !== undefined && !Number.isInteger(seed)) throw invalidRequest("seed: Input should be a valid integer");
}
