import { ApiError, invalidRequest } from "./errors.ts";
import { isObject } from "./request-body.ts";
import type { JsonObject } from "./request-body.ts";

/** What of a chat request the answer depends on, checked. */
export interface ChatRequest {
  readonly model: string;
  /** The text of each message. */
  readonly messages: readonly string[];
  /** The text of the last message. */
  readonly prompt: string;
  /** Unlimited when the request sets no limit. */
  readonly maxTokens: number;
  readonly choiceCount: number;
  readonly stream: boolean;
  readonly includeUsage: boolean;
  /** The request without what only says how the answer travels. */
  readonly identity: JsonObject;
}

/** Throws the `ApiError` that vLLM would answer. A request without a model gets the first. */
export function chatRequestFrom(body: JsonObject, models: readonly string[]): ChatRequest {
  const { stream, stream_options: streamOptions, ...identity } = body;
  if (isObject(streamOptions) && stream !== true) {
    throw invalidRequest("Stream options can only be defined when `stream=True`.", "stream_options");
  }
  const messages = messagesFrom(body["messages"]);
  return {
    model: modelFrom(body["model"], models),
    messages,
    prompt: messages.at(-1) ?? "",
    maxTokens: limitFrom(body, "max_completion_tokens") ?? limitFrom(body, "max_tokens") ?? Infinity,
    choiceCount: limitFrom(body, "n") ?? 1,
    stream: stream === true,
    includeUsage: isObject(streamOptions) && streamOptions["include_usage"] === true,
    identity,
  };
}

function modelFrom(model: unknown, models: readonly string[]): string {
  if (model === undefined || model === null || model === "") return models[0] ?? "";
  if (typeof model !== "string") throw invalidRequest("model: Input should be a valid string", "model");
  if (models.includes(model)) return model;
  throw new ApiError(404, "NotFoundError", `The model \`${model}\` does not exist.`, "model");
}

function messagesFrom(messages: unknown): string[] {
  if (!Array.isArray(messages)) throw invalidRequest("messages: Field required", "messages");
  if (messages.length === 0) throw invalidRequest("messages: at least one is required", "messages");
  return messages.map((message: unknown) => {
    if (isObject(message) && typeof message["role"] === "string") return textOf(message["content"]);
    throw invalidRequest("messages: each should be an object with a role", "messages");
  });
}

// A content is a text, or parts of which only those of text count here.
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return Array.isArray(content) ? content.map(partText).join("") : "";
}

function partText(part: unknown): string {
  return isObject(part) && typeof part["text"] === "string" ? part["text"] : "";
}

function limitFrom(body: JsonObject, name: string): number | undefined {
  const value = body[name];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw invalidRequest(`${name}: Input should be a valid integer`, name);
  }
  if (value >= 1) return value;
  throw new ApiError(400, "BadRequestError", `${name} must be at least 1, got ${value}.`, name);
}
