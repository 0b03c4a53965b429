import type { IncomingMessage } from "node:http";
import { readObject } from "../../http/body.ts";
import type { JsonObject } from "../../http/body.ts";
import { invalidRequest } from "../../http/errors.ts";

/** A request's body. vLLM takes it as JSON only if it says so (`validate_json_request` in vllm/entrypoints/openai/api_server.py). */
export async function readRequest(request: IncomingMessage): Promise<JsonObject> {
  const [mediaType] = (request.headers["content-type"] ?? "").toLowerCase().split(";", 1);
  if (mediaType === "application/json") return readObject(request);
  request.resume();
  throw invalidRequest("Unsupported Media Type: Only 'application/json' is allowed");
}
