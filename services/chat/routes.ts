import { sendEvents } from "../base/events.ts";
import { serial, text, Type } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { answer } from "./answer.ts";
import type { Parts } from "./answer.ts";

const question = Type.Object({ question: text(4_000), conversationId: Type.Optional(serial) });

export function addAsk(app: App, parts: Parts): void {
  app.post("/ask", { schema: { body: question } }, ({ body, user }, reply) =>
    sendEvents(reply, (left) => answer(parts, body, user, left)),
  );
}
