import type { JsonObject } from "../../http/body.ts";
import { badRequest, invalidRequest } from "../../http/errors.ts";
import type { Format } from "../../reply/conversation.ts";
import type { Settings } from "../../settings/settings.ts";
import { countTokens, textOf } from "../../words/tokens.ts";
import { flagFrom, isIds, isTexts, modelFrom, wholeFrom } from "./fields.ts";
import { formatFrom } from "./format.ts";
import { checkLength, samplingFrom } from "./sampling.ts";
import type { Sampling } from "./sampling.ts";

export interface CompletionRequest {
  readonly model: string;
  readonly prompts: readonly string[];
  readonly sampling: Sampling;
  readonly format: Format;
  /** The answer begins with the prompt. */
  readonly echo: boolean;
  readonly promptTokens: number;
  /** How many alternatives to name; undefined when no log probabilities are asked for. */
  readonly logprobs: number | undefined;
}

/** Throws the `ApiError` that vLLM would answer (`CompletionRequest` in vllm/entrypoints/openai/protocol.py). */
export function completionRequestFrom(body: JsonObject, { models, maxModelLen }: Settings): CompletionRequest {
  const sampling = samplingFrom(body, 16);
  const prompts = inputsFrom(body["prompt"], "prompt");
  const model = modelFrom(body, models);
  if (typeof body["suffix"] === "string") throw badRequest("suffix is not currently supported");
  const counts = prompts.map(countTokens);
  for (const count of counts) checkLength(count, sampling, maxModelLen);
  return {
    model,
    prompts,
    sampling,
    format: formatFrom(body),
    echo: flagFrom(body, "echo"),
    promptTokens: counts.reduce((sum, count) => sum + count, 0),
    logprobs: wholeFrom(body, "logprobs", 0),
  };
}

/** One text, several, the tokens of one, or of several. */
export function inputsFrom(value: unknown, name: string): string[] {
  if (typeof value === "string") return [value];
  if (isTexts(value) && value.length > 0) return value;
  if (isIds(value) && value.length > 0) return [textOf(value)];
  if (Array.isArray(value) && value.length > 0 && value.every(isIds)) return value.map((ids: number[]) => textOf(ids));
  throw invalidRequest(`${name}: Input should be a string, an array of strings, or an array of tokens`);
}
