import { join } from "node:path";
import type { Database } from "../base/database.ts";
import { HttpError, reasonOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { Peer } from "../base/peer.ts";
import { finish, saveText, takeDocument, touch } from "./documents.ts";
import type { Work } from "./documents.ts";
import type { Entry, Queue } from "./queue.ts";
import type { TextOf } from "./text/index.ts";
import { DocumentRefusal } from "./text/refusal.ts";

export interface Parts {
  readonly database: Database;
  readonly queue: Queue;
  readonly embedding: Peer;
  readonly textOf: TextOf;
  readonly folder: string;
  readonly claimAfterMs: number;
  readonly logger: Logger;
}

const maxAttempts = 3;
const embeddingTimeoutMs = 280_000;

/**
 * Works on one document until it is ready or failed, or has to wait for another attempt. When `stop` aborts,
 * it is handed back and begins anew elsewhere. Rejects only when even that cannot be written down.
 */
export async function workOn(parts: Parts, entry: Entry, stop: AbortSignal): Promise<void> {
  const { database, queue, claimAfterMs, logger } = parts;
  const work = await takeDocument(database, entry.documentId, claimAfterMs / 2);
  if (work === undefined) return queue.done(entry);
  const log = logger.child({ documentId: work.id });
  const attempt = await queue.countAttempt(work.id);
  const keeping = setInterval(() => void keep(parts, entry, log), claimAfterMs / 5);
  try {
    if (attempt > maxAttempts) throw new DocumentRefusal(`it could not be read in ${maxAttempts} attempts`);
    await untilAborted(stop, extract(parts, work, stop));
    await end(parts, entry, work, "ready", null);
    log.info("ready");
  } catch (error) {
    if (stop.aborted) return await handBack(parts, entry, work, log);
    await recordFailure(parts, entry, work, { error, attempt, log });
  } finally {
    clearInterval(keeping);
  }
}

async function extract({ database, embedding, textOf, folder }: Parts, work: Work, stop: AbortSignal): Promise<void> {
  const text = work.text ?? (await textOf(work.mediaType, join(folder, work.id), stop));
  stop.throwIfAborted();
  await saveText(database.query, work.id, text);
  const options = { body: { text }, signal: stop, timeoutMs: embeddingTimeoutMs };
  await embedding.request("PUT", `/documents/${work.id}/passages`, options);
}

async function recordFailure(
  parts: Parts,
  entry: Entry,
  work: Work,
  { error, attempt, log }: { error: unknown; attempt: number; log: Logger },
): Promise<void> {
  log.warn({ err: error, attempt }, "not extracted");
  if (error instanceof DocumentRefusal) return end(parts, entry, work, "failed", error.message);
  const reason = error instanceof HttpError ? error.message : "an unexpected failure";
  if (attempt >= maxAttempts) return end(parts, entry, work, "failed", `given up after ${attempt} attempts: ${reason}`);
  // Not done with, so the queue delivers it again in a while.
  await finish(parts.database, work, "received", reasonOf(error));
}

async function end(
  { database, queue }: Parts,
  entry: Entry,
  work: Work,
  status: "ready" | "failed",
  error: string | null,
): Promise<void> {
  await finish(database, work, status, error);
  await queue.forgetAttempts(work.id);
  await queue.done(entry);
}

async function handBack({ database, queue }: Parts, entry: Entry, work: Work, log: Logger): Promise<void> {
  await finish(database, work, "received", "handed back by a replica that was stopped");
  await queue.forgetAttempts(work.id);
  await queue.add(work.id);
  await queue.done(entry);
  log.info("handed back");
}

// Both say that somebody is at it: to whoever reads the queue, and to whoever finds the document in it twice.
async function keep({ database, queue }: Parts, entry: Entry, log: Logger): Promise<void> {
  const kept = Promise.all([queue.keep(entry), touch(database.query, entry.documentId)]);
  await kept.catch((error: unknown) => log.warn({ err: error }, "could not say that it is being worked on"));
}

// Reading a PDF cannot be interrupted, but it need not be waited for.
function untilAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}
