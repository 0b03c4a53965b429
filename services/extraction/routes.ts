import type { Query } from "../base/database.ts";
import { Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { resetDocument } from "./documents.ts";
import type { Queue } from "./queue.ts";

export function addRoutes(app: App, query: Query, queue: Queue): void {
  app.post("/documents/:id", { schema: { params: Type.Object({ id: uuid }) } }, async ({ params: { id } }, reply) => {
    await resetDocument(query, id);
    await queue.forgetAttempts(id);
    await queue.add(id);
    return reply.status(202).send({ id, status: "received" });
  });
}
