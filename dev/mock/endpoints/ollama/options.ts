import { isObject } from "../../http/body.ts";
import type { JsonObject } from "../../http/body.ts";
import type { Limits } from "../../reply/cut.ts";
import type { Format } from "../../reply/conversation.ts";
import type { Settings } from "../../settings/settings.ts";
import { isTexts } from "../vllm/fields.ts";
import { refusal } from "./body.ts";

/** What of `options` (api/types.go) the answer depends on; all else changes its seed. */
export interface Options extends Limits {
  /** Tokens that a prompt may have; what is more is cut off, not refused. */
  readonly contextLength: number;
}

export function optionsFrom(body: JsonObject, { maxModelLen }: Settings): Options {
  const { options } = body;
  if (options !== undefined && options !== null && !isObject(options)) {
    throw refusal("json: cannot unmarshal value into Go struct field .options of type map[string]interface {}");
  }
  const predict = numberOf(options, "num_predict") ?? -1;
  const context = numberOf(options, "num_ctx") ?? maxModelLen;
  // -1: until it ends, -2: until the context is full.
  return {
    maxTokens: predict < 0 ? Infinity : predict,
    stop: stopsOf(options),
    contextLength: Math.min(context, maxModelLen),
  };
}

/** `format`: "json", or a JSON Schema. */
export function formatFrom({ format }: JsonObject): Format {
  if (format === undefined || format === null || format === "") return "text";
  if (format === "json") return "json";
  if (isObject(format)) return { schema: format };
  throw refusal(`invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`);
}

function numberOf(options: unknown, name: string): number | undefined {
  const value = isObject(options) ? options[name] : undefined;
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  throw refusal(`option "${name}" must be of type integer`);
}

function stopsOf(options: unknown): readonly string[] {
  const stop = isObject(options) ? options["stop"] : undefined;
  if (typeof stop === "string") return [stop];
  if (stop === undefined || stop === null || isTexts(stop)) return stop ?? [];
  throw refusal('option "stop" must be of an array');
}
