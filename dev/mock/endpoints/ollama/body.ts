import type { IncomingMessage } from "node:http";
import { isObject, readText } from "../../http/body.ts";
import type { JsonObject } from "../../http/body.ts";
import { ApiError } from "../../http/errors.ts";

/** A request's body, refused in the words of Go's decoder and of server/routes.go. */
export async function readRequest(request: IncomingMessage): Promise<JsonObject> {
  const text = await readText(request);
  if (text.trim() === "") throw refusal("missing request body");
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw refusal(syntaxError(text, error as Error));
  }
  if (isObject(body)) return body;
  throw refusal(`json: cannot unmarshal ${goKind(body)} into Go value of type api.Request`);
}

export function refusal(message: string, status = 400): ApiError {
  return new ApiError(status, "BadRequestError", message);
}

/** A text field; absent is empty, as in Go. */
export function textFrom(body: JsonObject, name: string): string {
  const value = body[name];
  if (value === undefined || value === null) return "";
  if (typeof value === "string") return value;
  throw refusal(`json: cannot unmarshal ${goKind(value)} into Go struct field .${name} of type string`);
}

/** Streams unless told not to. */
export function streamFrom(body: JsonObject): boolean {
  const { stream } = body;
  if (stream === undefined || stream === null || typeof stream === "boolean") return stream !== false;
  throw refusal(`json: cannot unmarshal ${goKind(stream)} into Go struct field .stream of type bool`);
}

/** A name without a tag means `:latest`. Returns the name as the mock lists it; throws 404 for one it has not. */
export function modelFrom(name: string, models: readonly string[], message = `model '${name}' not found`): string {
  const found = models.find((model) => tagged(model) === tagged(name));
  if (found !== undefined && name !== "") return found;
  throw refusal(message, 404);
}

export function tagged(name: string): string {
  return name.includes(":") ? name : `${name}:latest`;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return "array";
  return typeof value === "boolean" ? "bool" : typeof value;
}

// Go names the first character that cannot be there; V8 names it too, or its position.
function syntaxError(text: string, { message }: Error): string {
  const position = /position (\d+)/.exec(message)?.[1];
  const character = /Unexpected token '(.)'/su.exec(message)?.[1] ?? text[Number(position ?? Number.NaN)];
  if (character === undefined) return "unexpected EOF";
  return `invalid character ${goQuote(character)} looking for beginning of value`;
}

function goQuote(character: string): string {
  return character === "'" ? "'\\''" : `'${JSON.stringify(character).slice(1, -1)}'`;
}
