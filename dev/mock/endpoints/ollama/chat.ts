import { isObject } from "../../http/body.ts";
import type { JsonObject } from "../../http/body.ts";
import { sendJson } from "../../http/respond.ts";
import type { Message } from "../../reply/conversation.ts";
import { createdAt } from "../../words/fingerprint.ts";
import type { Endpoint } from "../endpoint.ts";
import { toolsFrom } from "../vllm/tools.ts";
import { modelFrom, readRequest, refusal, streamFrom, textFrom } from "./body.ts";
import { generate } from "./generation.ts";
import { formatFrom, optionsFrom } from "./options.ts";

/** Chat with tools and formats (`ChatHandler` in server/routes.go, `ChatResponse` in api/types.go). */
export const chat: Endpoint = {
  methods: ["POST"],
  path: "/api/chat",
  api: "ollama",
  handle: async (exchange) => {
    const { request, response, store } = exchange;
    const body = await readRequest(request);
    const name = textFrom(body, "model");
    if (name === "") throw refusal("model is required");
    const model = modelFrom(name, store.current.models);
    const { stream: _stream, keep_alive: _keepAlive, ...identity } = body;
    const messages = messagesFrom(body["messages"]);
    refuseThinking(body, name);
    const head = { model: name, created_at: createdAt };
    // Without a message it loads the model, or unloads it.
    if (messages.length === 0) {
      const reason = body["keep_alive"] === 0 ? "unload" : "load";
      sendJson(
        response,
        200,
        { ...head, message: { role: "assistant", content: "" }, done: true, done_reason: reason },
        "ollama",
      );
      return;
    }
    await generate(exchange, {
      model,
      conversation: { messages, tools: toolsFrom(body["tools"]), toolChoice: "auto", format: formatFrom(body) },
      options: optionsFrom(body, store.current),
      stream: streamFrom(body),
      identity,
      frame: (content, calls) => {
        const called = calls.map((call) => ({ function: call }));
        return { ...head, message: { role: "assistant", content, ...(calls.length > 0 && { tool_calls: called }) } };
      },
      end: () => ({}),
    });
  },
};

/** Its model does not think. */
export function refuseThinking({ think }: JsonObject, name: string): void {
  if (think === true || (typeof think === "string" && think !== "")) {
    throw refusal(`${JSON.stringify(name)} does not support thinking`);
  }
}

function messagesFrom(messages: unknown): Message[] {
  if (messages === undefined || messages === null) return [];
  if (!Array.isArray(messages))
    throw refusal("json: cannot unmarshal value into Go struct field ChatRequest.messages of type []api.Message");
  return messages.map((message: unknown) => {
    if (!isObject(message))
      throw refusal("json: cannot unmarshal value into Go struct field ChatRequest.messages of type api.Message");
    return { role: textFrom(message, "role"), text: textFrom(message, "content") };
  });
}
