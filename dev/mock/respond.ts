import type { ServerResponse } from "node:http";
import { ApiError } from "./errors.ts";

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    })
    .end(text);
}

/** Sends each event as a frame of server-sent events, then `[DONE]`, as OpenAI's streams end. */
export function sendEvents(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
  });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end("data: [DONE]\n\n");
}

/**
 * `{error: {message, type, param, code}}` as vLLM sends it (`ErrorResponse` in
 * vllm/entrypoints/serve/engine/protocol.py); `code` is the status, a number, unlike OpenAI's.
 * Whatever is not an `ApiError` is a 500.
 */
export function sendError(response: ServerResponse, error: unknown): void {
  const known = error instanceof ApiError ? error : new ApiError(500, "InternalServerError", String(error));
  const { status, type, message, param } = known;
  if (response.headersSent) response.destroy();
  else sendJson(response, status, { error: { message, type, param, code: status } });
}
