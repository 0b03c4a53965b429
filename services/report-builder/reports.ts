import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";
import type { Peer } from "../base/peer.ts";
import { found } from "../base/rows.ts";
import { serial, Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { pageOf } from "./page.ts";
import type { Conversation } from "./page.ts";

/** A report is a row with its owner, and a page at `reports/<id>.html` in the volume. */
export function addReports(app: App, core: Peer, database: Database, uploads: string): void {
  const folder = join(uploads, "reports");
  const newReport = { body: Type.Object({ conversationId: serial }) };
  const one = { params: Type.Object({ id: uuid }) };

  app.post("/reports", { schema: newReport }, async ({ body: { conversationId }, user }, reply) => {
    const conversation = await core.request<Conversation>("GET", `/conversations/${conversationId}?limit=1000`, {
      user,
    });
    const id = crypto.randomUUID();
    // The page first: no row without a page. Under another name first: what carries the name is complete.
    const path = join(folder, `${id}.html`);
    await mkdir(folder, { recursive: true });
    await writeFile(`${path}.part`, pageOf(conversation, user.name));
    await rename(`${path}.part`, path);
    const insert = "insert into reports (id, conversation_id, owner) values ($1, $2, $3)";
    await database.query(insert, [id, conversationId, user.name]);
    return reply.status(201).header("location", `/reports/${id}`).send({ id });
  });

  app.get("/reports/:id", { schema: one }, async ({ params: { id }, user }, reply) => {
    const select = "select id from reports where id = $1 and owner = $2";
    found(await database.query(select, [id, user.name]), `you have no report ${id}`);
    const page = await readFile(join(folder, `${id}.html`), "utf8").catch((cause: unknown) => {
      throw new HttpError(404, "file_missing", `the page of report ${id} is not there any more`, { cause });
    });
    return reply
      .type("text/html; charset=utf-8")
      .header("content-security-policy", "default-src 'none'; style-src 'unsafe-inline'")
      .header("x-content-type-options", "nosniff")
      .send(page);
  });
}
