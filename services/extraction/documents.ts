import type { Database, Query } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";

export interface Work {
  readonly id: string;
  readonly mediaType: string;
  /** What an interrupted attempt has extracted already, else null. */
  readonly text: string | null;
  readonly jobId: string;
}

/**
 * Takes a document to work on. Undefined when there is nothing to do: it is finished, is gone, or somebody else works
 * on it (who does, says so with `touch` at least every `staleMs`).
 */
export function takeDocument(database: Database, id: string, staleMs: number): Promise<Work | undefined> {
  return database.transaction(async (query) => {
    const sql = `update documents set status = 'extracting', error = null, updated_at = now()
      where id = $1 and (status = 'received' or status in ('extracting', 'embedding')
        and updated_at < now() - $2 * interval '1 millisecond')
      returning id, media_type as "mediaType", text`;
    const [document] = await query<Omit<Work, "jobId"> & { [column: string]: unknown }>(sql, [id, staleMs]);
    if (document === undefined) return undefined;
    const interrupted = `update jobs set state = 'failed', error = 'interrupted', finished_at = now()
      where document_id = $1 and state = 'running'`;
    await query(interrupted, [id]);
    const [job] = await query<{ id: string }>("insert into jobs (document_id) values ($1) returning id", [id]);
    return { ...document, jobId: job?.id ?? "" };
  });
}

export async function touch(query: Query, id: string): Promise<void> {
  await query("update documents set updated_at = now() where id = $1", [id]);
}

export async function saveText(query: Query, id: string, text: string): Promise<void> {
  await query("update documents set text = $2, status = 'embedding', updated_at = now() where id = $1", [id, text]);
}

/** Ends the job: `received` leaves the document for another attempt. */
export function finish(
  database: Database,
  { id, jobId }: Work,
  status: "ready" | "failed" | "received",
  error: string | null,
): Promise<void> {
  return database.transaction(async (query) => {
    const shown = status === "failed" ? error : null;
    await query("update documents set status = $2, error = $3, updated_at = now() where id = $1", [id, status, shown]);
    const state = status === "ready" ? "done" : "failed";
    await query("update jobs set state = $2, error = $3, finished_at = now() where id = $1", [jobId, state, error]);
  });
}

/** Forgets what was extracted, for an attempt from the beginning. Rejects with `HttpError` 404. */
export async function resetDocument(query: Query, id: string): Promise<void> {
  const sql =
    "update documents set status = 'received', text = null, error = null, updated_at = now() where id = $1 returning id";
  if ((await query(sql, [id])).length === 0) throw new HttpError(404, "not_found", "there is no such document");
}

/**
 * Documents that wait and seem to be in no queue, because whoever took them in died before that, or the queue was lost.
 * Those returned are not returned again for as long.
 */
export async function takeForgotten(query: Query, waitedMs: number): Promise<string[]> {
  const sql = `update documents set updated_at = now()
    where status in ('received', 'extracting', 'embedding') and updated_at < now()
      - case status when 'received' then 1 else 10 end * $1 * interval '1 millisecond'
    returning id`;
  return (await query<{ id: string }>(sql, [waitedMs])).map(({ id }) => id);
}
