import { HttpError } from "../base/errors.ts";
import { abortedOnLeave } from "../base/events.ts";
import type { Peer } from "../base/peer.ts";
import { limitUpTo, Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import type { Document, Documents } from "./documents.ts";
import { sendFile } from "./file.ts";
import { summarizedCharacters } from "./summary.ts";
import type { Summarize } from "./summary.ts";

export interface Parts {
  readonly documents: Documents;
  readonly extraction: Peer;
  /** Where the uploaded files lie; only read. */
  readonly folder: string;
  readonly summarize: Summarize;
}

const params = Type.Object({ id: uuid });
const shownCharacters = 1_000_000;

export function addDocuments(app: App, { documents, extraction, folder, summarize }: Parts): void {
  app.get("/documents", { schema: { querystring: limitUpTo(100) } }, async ({ query, user }) => ({
    documents: await documents.list(user.name, query.limit ?? 50),
  }));

  app.get("/jobs", { schema: { querystring: limitUpTo(100) } }, async ({ query, user }) => ({
    jobs: await documents.jobs(user.name, query.limit ?? 50),
  }));

  app.get("/documents/:id", { schema: { params } }, async ({ params: { id }, user }) => ({
    ...(await found(documents, user.name, id)),
    ...(await documents.text(id, shownCharacters)),
  }));

  app.get("/documents/:id/file", { schema: { params } }, async ({ params: { id }, user }, reply) =>
    sendFile(reply, folder, await found(documents, user.name, id)),
  );

  app.post("/documents/:id/extract", { schema: { params } }, async ({ params: { id }, user }, reply) => {
    await found(documents, user.name, id);
    return reply.status(202).send(await extraction.request("POST", `/documents/${id}`));
  });

  app.post("/documents/:id/summary", { schema: { params } }, async ({ params: { id }, user }, reply) => {
    const { name } = await found(documents, user.name, id);
    const { text, textLength } = await documents.text(id, summarizedCharacters);
    if (!text || textLength === null) throw new HttpError(409, "no_text", `${name} has no text, or none yet`);
    return summarize(name, text, textLength, abortedOnLeave(reply));
  });
}

async function found(documents: Documents, owner: string, id: string): Promise<Document> {
  const document = await documents.find(owner, id);
  if (document === undefined) throw new HttpError(404, "not_found", `you have no document ${id}`);
  return document;
}
