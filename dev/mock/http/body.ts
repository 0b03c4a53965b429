import type { IncomingMessage } from "node:http";
import { ApiError, invalidRequest } from "./errors.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The request's body. What is too much is read, so that the client hears the refusal, and not kept. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= limitBytes) chunks.push(chunk);
  }
  if (size > limitBytes) throw new ApiError(413, "Request Entity Too Large", "Request body too large");
  return Buffer.concat(chunks);
}

/** The request's body, which must be a JSON object. */
export async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const body = parsed((await readBytes(request)).toString("utf8"));
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
