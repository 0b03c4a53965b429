import type { IncomingMessage } from "node:http";
import { invalidRequest } from "./errors.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The request's body, which must be a JSON object. */
export async function readObject(request: IncomingMessage): Promise<JsonObject> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = parsed(Buffer.concat(chunks).toString("utf8"));
  if (isObject(body)) return body;
  throw invalidRequest("1 validation error:\n  the body should be a JSON object");
}

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
