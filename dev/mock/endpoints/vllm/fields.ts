import { ApiError, badRequest, invalidRequest } from "../../http/errors.ts";
import { isObject } from "../../http/body.ts";
import type { JsonObject } from "../../http/body.ts";

// Fields of vLLM's requests, read as its pydantic models read them: null is absent, a wrong type is 400.

/** A request without a model gets the first. */
export function modelFrom({ model }: JsonObject, models: readonly string[]): string {
  if (model === undefined || model === null || model === "") return models[0] ?? "";
  if (typeof model !== "string") throw invalidRequest("model: Input should be a valid string");
  if (models.includes(model)) return model;
  // Ollama's own OpenAI API knows a model by its tag as well.
  if (models.includes(model.replace(/:latest$/, ""))) return model;
  throw new ApiError(404, "NotFoundError", `The model \`${model}\` does not exist.`);
}

export function wholeFrom(body: JsonObject, name: string, least: number): number | undefined {
  const value = numberFrom(body, name);
  if (value === undefined) return undefined;
  if (!Number.isInteger(value)) throw invalidRequest(`${name}: Input should be a valid integer`);
  if (value >= least) return value;
  throw badRequest(`${name} must be at least ${least}, got ${value}.`);
}

export function numberFrom(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value === "number") return value;
  throw invalidRequest(`${name}: Input should be a valid number`);
}

export function flagFrom(body: JsonObject, name: string): boolean {
  const value = body[name];
  if (value === undefined || value === null) return false;
  if (typeof value === "boolean") return value;
  throw invalidRequest(`${name}: Input should be a valid boolean`);
}

/** A text or a list of texts, as a list. */
export function textsFrom(body: JsonObject, name: string): string[] {
  const value = body[name] ?? [];
  if (typeof value === "string") return [value];
  if (isTexts(value)) return value;
  throw invalidRequest(`${name}: Input should be a valid string or list of strings`);
}

export function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((element) => typeof element === "string");
}

export function isIds(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((element) => Number.isInteger(element) && element >= 0);
}

export function objectFrom(body: JsonObject, name: string): JsonObject | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (isObject(value)) return value;
  throw invalidRequest(`${name}: Input should be a valid dictionary`);
}
