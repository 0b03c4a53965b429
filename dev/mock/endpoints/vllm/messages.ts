import { isObject } from "../../http/body.ts";
import { invalidRequest } from "../../http/errors.ts";
import type { Message } from "../../reply/conversation.ts";

export function messagesFrom(messages: unknown): Message[] {
  if (!Array.isArray(messages)) throw invalidRequest("messages: Field required");
  if (messages.length === 0) throw invalidRequest("messages: at least one is required");
  return messages.map((message: unknown) => {
    if (isObject(message) && typeof message["role"] === "string") {
      return { role: message["role"], text: textOf(message["content"]) };
    }
    throw invalidRequest("messages: each should be an object with a role");
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
