import { join } from "node:path";
import { inAttempts } from "../base/attempts.ts";
import type { Query } from "../base/database.ts";
import type { Peer } from "../base/peer.ts";
import type { Worker } from "../base/queue.ts";
import { found } from "../base/rows.ts";
import { Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import type { Transcription } from "../base/transcription.ts";
import { textOf } from "./text.ts";

export interface Parts {
  readonly query: Query;
  readonly embedding: Peer;
  readonly transcription: Transcription;
  readonly folder: string;
  readonly forgottenAfterMs: number;
  readonly add: (id: string) => Promise<void>;
}

const timeoutMs = 600_000;

// Taken when it waits, or when the queue says that who worked on it has died.
const begin = `with taken as (
    update documents set status = 'extracting', error = null, updated_at = now()
    where id = $1 and (status = 'received' or status in ('extracting', 'embedding') and $2::int > 1)
    returning id, media_type, text),
  interrupted as (
    update jobs set state = 'failed', error = 'interrupted', finished_at = now()
    from taken where document_id = taken.id and state = 'running'),
  job as (insert into jobs (document_id) select id from taken returning id)
  select media_type as "mediaType", text, job.id as "jobId" from taken, job`;
const keep = "update documents set status = 'embedding', text = $2, updated_at = now() where id = $1";
const end = `with document as (
    update documents set status = $2, error = case $2 when 'failed' then $3 end, updated_at = now() where id = $1)
  update jobs set state = case $2 when 'ready' then 'done' else 'failed' end, error = $3, finished_at = now()
  where id = $4`;
// Whoever took it in died before it was in the queue, or the queue was lost.
const forgotten = `update documents set status = 'received', updated_at = now()
  where status = 'received' and updated_at < now() - $1 * interval '1 millisecond'
    or status in ('extracting', 'embedding') and updated_at < now() - interval '1 hour' returning id`;
const reset = "update documents set status = 'received', text = null, error = null, updated_at = now() where id = $1";

/** Makes text of documents, and hands it to embedding. */
export function workerOf({ query, add, embedding, transcription, folder, forgottenAfterMs }: Parts): Worker {
  const work = inAttempts({ maxAttempts: 3, timeoutMs }, async (id, attempt) => {
    const [document] = await query<{ mediaType: string; text: string | null; jobId: string }>(begin, [id, attempt]);
    if (document === undefined) return undefined;
    const finish = (status: string, error: string | null) => query(end, [id, status, error, document.jobId]);
    const extract = async (signal: AbortSignal) => {
      const text = document.text ?? (await textOf(document.mediaType, join(folder, id), transcription, signal));
      signal.throwIfAborted();
      await query(keep, [id, text]);
      await embedding.request("PUT", `/documents/${id}/passages`, { body: { text }, signal, timeoutMs });
      await finish("ready", null);
    };
    const failed = (reason: string, isOver: boolean) => finish(isOver ? "failed" : "received", reason);
    return { work: extract, failed };
  });
  const idle = async () => {
    for (const { id } of await query<{ id: string }>(forgotten, [forgottenAfterMs])) await add(id);
  };
  return { work, idle };
}

export function addDocuments(app: App, { query, add }: Parts): void {
  app.post("/documents/:id", { schema: { params: Type.Object({ id: uuid }) } }, async ({ params: { id } }, reply) => {
    found(await query(`${reset} returning id`, [id]), "there is no such document");
    await add(id);
    return reply.status(202).send({ id, status: "received" });
  });
}
