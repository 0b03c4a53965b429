import { join } from "node:path";
import type { Query } from "../base/database.ts";
import { HttpError, reasonOf } from "../base/errors.ts";
import type { Peer } from "../base/peer.ts";
import type { Worker } from "../base/queue.ts";
import { found } from "../base/rows.ts";
import { Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { textOf, unreadable } from "./text.ts";
import type { Transcription } from "./text.ts";

export interface Parts extends Transcription {
  readonly query: Query;
  readonly embedding: Peer;
  readonly folder: string;
  readonly forgottenAfterMs: number;
  readonly add: (id: string) => Promise<void>;
}

const maxAttempts = 3;
const attemptTimeoutMs = 600_000;

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
const end = `with document as (update documents set status = $2, error = $3, updated_at = now() where id = $1)
  update jobs set state = case $2 when 'ready' then 'done' else 'failed' end, error = $4, finished_at = now() where id = $5`;
// Whoever took it in died before it was in the queue, or the queue was lost.
const forgotten = `update documents set status = 'received', updated_at = now()
  where status = 'received' and updated_at < now() - $1 * interval '1 millisecond'
    or status in ('extracting', 'embedding') and updated_at < now() - interval '1 hour' returning id`;
const reset = "update documents set status = 'received', text = null, error = null, updated_at = now() where id = $1";

/** Makes text of documents, and hands it to embedding. */
export function workerOf({ query, add, embedding, folder, forgottenAfterMs, ...transcription }: Parts): Worker {
  const work = async (id: string, attempt: number, stop: AbortSignal) => {
    const [document] = await query<{ mediaType: string; text: string | null; jobId: string }>(begin, [id, attempt]);
    if (document === undefined) return;
    const signal = AbortSignal.any([stop, AbortSignal.timeout(attemptTimeoutMs)]);
    const finish = (status: string, error: string | null) =>
      query(end, [id, status, status === "failed" ? error : null, error, document.jobId]);
    try {
      if (attempt > maxAttempts) throw unreadable(`it could not be read in ${maxAttempts} attempts`);
      const text = document.text ?? (await textOf(document.mediaType, join(folder, id), transcription, signal));
      signal.throwIfAborted();
      await query(keep, [id, text]);
      const options = { body: { text }, signal, timeoutMs: attemptTimeoutMs };
      await embedding.request("PUT", `/documents/${id}/passages`, options);
      await finish("ready", null);
    } catch (error) {
      const reason = stop.aborted ? undefined : failureOf(error, attempt);
      if (reason !== undefined) return void (await finish("failed", reason));
      await finish("received", stop.aborted ? "handed back by a replica that was stopped" : reasonOf(error));
      throw error;
    }
  };
  const idle = async () => {
    for (const { id } of await query<{ id: string }>(forgotten, [forgottenAfterMs])) await add(id);
  };
  return { work, idle };
}

// Undefined when another attempt may help.
function failureOf(error: unknown, attempt: number): string | undefined {
  const refusal = error instanceof HttpError ? error : undefined;
  if (refusal && [400, 413, 415, 422].includes(refusal.status)) return refusal.message;
  if (attempt < maxAttempts) return undefined;
  return `given up after ${attempt} attempts: ${refusal?.message ?? "an unexpected failure"}`;
}

export function addDocuments(app: App, { query, add }: Parts): void {
  app.post("/documents/:id", { schema: { params: Type.Object({ id: uuid }) } }, async ({ params: { id } }, reply) => {
    found(await query(`${reset} returning id`, [id]), "there is no such document");
    await add(id);
    return reply.status(202).send({ id, status: "received" });
  });
}
