import { HttpError } from "../base/errors.ts";
import type { Peer } from "../base/peer.ts";
import { serial, Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { pageOf } from "./page.ts";
import type { Conversation } from "./page.ts";
import type { Reports } from "./reports.ts";

const newReport = Type.Object({ conversationId: serial });
const params = Type.Object({ id: uuid });

export function addReports(app: App, core: Peer, reports: Reports): void {
  app.post("/reports", { schema: { body: newReport } }, async ({ body: { conversationId }, user }, reply) => {
    const path = `/conversations/${conversationId}?limit=1000`;
    const conversation = await core.request<Conversation>("GET", path, { user });
    const id = await reports.keep(user.name, conversationId, pageOf(conversation, user.name));
    return reply.status(201).header("location", `/reports/${id}`).send({ id });
  });

  app.get("/reports/:id", { schema: { params } }, async ({ params: { id }, user }, reply) => {
    const page = await reports.find(user.name, id);
    if (page === undefined) throw new HttpError(404, "not_found", `you have no report ${id}`);
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
      .header("x-content-type-options", "nosniff")
      .send(page);
  });
}
