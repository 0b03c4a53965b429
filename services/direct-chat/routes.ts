import { HttpError } from "../base/errors.ts";
import { sendEvents } from "../base/events.ts";
import { text, Type } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { talk } from "./talk.ts";

/** The URLs of the model servers by the name that a request gives; undefined: there is none here. */
export interface Servers {
  readonly ollama: string;
  readonly desktop: string | undefined;
}

const message = Type.Object({ role: Type.Enum(["system", "user", "assistant"]), content: text(50_000) });

const conversation = Type.Object({
  messages: Type.Array(message, { minItems: 1, maxItems: 100 }),
  server: Type.Optional(Type.Enum(["ollama", "desktop"])),
});

export function addChat(app: App, model: string, servers: Servers): void {
  app.post("/chat", { schema: { body: conversation } }, ({ body: { messages, server = "ollama" } }, reply) => {
    const url = servers[server];
    if (url === undefined) throw new HttpError(503, `${server}_unavailable`, "no desktop's models are set up here");
    return sendEvents(reply, (left) => talk(url, model, messages, left));
  });
}
