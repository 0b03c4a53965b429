import type { IncomingMessage } from "node:http";
import { StringDecoder } from "node:string_decoder";
import { ApiError, invalidRequest } from "./errors.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The request's body as a text, from its pieces as they come: together they would be there twice. What is too much is
 * read, so that the client hears the refusal, and not kept.
 */
export async function readText(request: IncomingMessage): Promise<string> {
  const decoder = new StringDecoder("utf8");
  let text = "";
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limitBytes) text += decoder.write(chunk);
  }
  if (size > limitBytes) throw new ApiError(413, "Request Entity Too Large", "Request body too large");
  return text + decoder.end();
}

/** The request's body, which must be a JSON object. */
export async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const body = parsed(await readText(request));
  if (isObject(body)) return body;
  throw invalidRequest("1 validation error:\n  Input should be a valid dictionary or object to extract fields from");
}

const limitBytes = 32 * 2 ** 20;

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidRequest(`1 validation error:\n  JSON decode error: ${(error as SyntaxError).message}`);
  }
}
