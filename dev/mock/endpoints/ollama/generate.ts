import type { JsonObject } from "../../http/body.ts";
import { sendJson } from "../../http/respond.ts";
import type { Message } from "../../reply/conversation.ts";
import { createdAt } from "../../words/fingerprint.ts";
import { idOf, textOf, tokensOf } from "../../words/tokens.ts";
import type { Endpoint } from "../endpoint.ts";
import { isIds } from "../vllm/fields.ts";
import { modelFrom, readRequest, refusal, streamFrom, textFrom } from "./body.ts";
import { refuseThinking } from "./chat.ts";
import { generate as run } from "./generation.ts";
import { formatFrom, optionsFrom } from "./options.ts";

/** Continues a prompt (`GenerateHandler` in server/routes.go, `GenerateResponse` in api/types.go). */
export const generate: Endpoint = {
  methods: ["POST"],
  path: "/api/generate",
  api: "ollama",
  handle: async (exchange) => {
    const { request, response, store } = exchange;
    const body = await readRequest(request);
    const name = textFrom(body, "model");
    const model = modelFrom(name, store.current.models);
    const { stream: _stream, keep_alive: keepAlive, ...identity } = body;
    const prompt = textFrom(body, "prompt");
    refuseThinking(body, name);
    const head = { model: name, created_at: createdAt };
    // Without a prompt it loads the model, or unloads it.
    if (prompt === "") {
      sendJson(
        response,
        200,
        { ...head, response: "", done: true, done_reason: keepAlive === 0 ? "unload" : "load" },
        "ollama",
      );
      return;
    }
    const messages = messagesFrom(body, prompt);
    const all = messages.map(({ text }) => text).join("");
    await run(exchange, {
      model,
      conversation: { messages, tools: [], toolChoice: "none", format: formatFrom(body) },
      options: optionsFrom(body, store.current),
      stream: streamFrom(body),
      identity,
      frame: (content) => ({ ...head, response: content }),
      end: (answer) => (body["raw"] === true ? {} : { context: tokensOf(all + answer).map(idOf) }),
    });
  },
};

// `context` is what an earlier answer gave back: the conversation so far.
function messagesFrom(body: JsonObject, prompt: string): Message[] {
  const system = textFrom(body, "system");
  const { context, raw } = body;
  if (raw === true && (system !== "" || textFrom(body, "template") !== "" || isIds(context))) {
    throw refusal("raw mode does not support template, system, or context");
  }
  return [
    ...(system === "" ? [] : [{ role: "system", text: system }]),
    ...(isIds(context) ? [{ role: "system", text: textOf(context) }] : []),
    { role: "user", text: prompt },
  ];
}
