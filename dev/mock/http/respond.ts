import type { ServerResponse } from "node:http";
import { ApiError, ClientGone } from "./errors.ts";

/** Whose way of writing answers and errors: vLLM's (Whisper's servers follow it) or Ollama's. */
export type Api = "vllm" | "ollama";

const jsonType: Readonly<Record<Api, string>> = {
  vllm: "application/json",
  ollama: "application/json; charset=utf-8",
};

export function sendJson(response: ServerResponse, status: number, body: unknown, api: Api = "vllm"): void {
  sendText(response, status, JSON.stringify(body), jsonType[api]);
}

export function sendText(
  response: ServerResponse,
  status: number,
  text: string,
  contentType = "text/plain; charset=utf-8",
): void {
  response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(text) }).end(text);
}

/**
 * vLLM: `{error: {message, type, param, code}}` (`ErrorResponse` in vllm/entrypoints/openai/protocol.py); `code` is the
 * status, a number, unlike OpenAI's. Ollama: `{error}` (server/routes.go). Whatever is not an `ApiError` is a 500.
 */
export function sendError(response: ServerResponse, error: unknown, api: Api): void {
  if (error instanceof ClientGone) return;
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const known = error instanceof ApiError ? error : new ApiError(500, "InternalServerError", String(error));
  const { status, type, message, headers } = known;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  const body = api === "ollama" ? { error: message } : { error: { message, type, param: null, code: status } };
  sendJson(response, status, body, api);
}
