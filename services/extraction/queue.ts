import { hostname } from "node:os";
import type { Redis } from "../base/redis.ts";

/** Delivers each document at least once: until `done`, it is given to somebody else when nobody says `keep`. */
export interface Queue {
  add(documentId: string): Promise<void>;
  /** The next one; undefined when there was none for about a second. */
  next(): Promise<Entry | undefined>;
  /** To be said more often than every `claimAfterMs`. */
  keep(entry: Entry): Promise<void>;
  done(entry: Entry): Promise<void>;
  /** How often the work on this document was begun and not ended, this time included. */
  countAttempt(documentId: string): Promise<number>;
  forgetAttempts(documentId: string): Promise<void>;
  close(): void;
}

export interface Entry {
  readonly entryId: string;
  readonly documentId: string;
}

const stream = "extraction";
const group = "extraction";
const attempts = "extraction:attempts";
const blockMs = 1_000;

export function openQueue(redis: Redis, claimAfterMs: number): Queue {
  const consumer = `${hostname()}-${process.pid}`;
  // A connection of its own, since others' commands would wait behind one that blocks.
  const blocking = redis.duplicate({ commandTimeout: undefined });
  blocking.on("error", () => undefined);
  return {
    add: async (documentId) => {
      await redis.xadd(stream, "*", "documentId", documentId);
    },
    next: async () => (await claimed(redis, consumer, claimAfterMs)) ?? (await delivered(blocking, consumer)),
    keep: async ({ entryId }) => {
      // To itself: that makes it look young again, and counts as no delivery.
      await redis.xclaim(stream, group, consumer, 0, entryId, "JUSTID");
    },
    done: async ({ entryId }) => {
      await redis.multi().xack(stream, group, entryId).xdel(stream, entryId).exec();
    },
    countAttempt: (documentId) => redis.hincrby(attempts, documentId, 1),
    forgetAttempts: async (documentId) => {
      await redis.hdel(attempts, documentId);
    },
    close: () => blocking.disconnect(),
  };
}

// What a consumer that died has left.
async function claimed(redis: Redis, consumer: string, claimAfterMs: number): Promise<Entry | undefined> {
  try {
    const reply = await redis.xautoclaim(stream, group, consumer, claimAfterMs, "0", "COUNT", 1);
    return entryOf((reply as [string, RawEntry[]])[1][0]);
  } catch (error) {
    // The first one here, or Redis lost everything.
    if (!String(error).includes("NOGROUP")) throw error;
    await redis.xgroup("CREATE", stream, group, "0", "MKSTREAM").catch(unlessThere);
    return undefined;
  }
}

async function delivered(blocking: Redis, consumer: string): Promise<Entry | undefined> {
  const args = ["GROUP", group, consumer, "COUNT", 1, "BLOCK", blockMs, "STREAMS", stream, ">"] as const;
  const reply = (await blocking.xreadgroup(...args)) as [string, RawEntry[]][] | null;
  return entryOf(reply?.[0]?.[1][0]);
}

type RawEntry = [id: string, fields: string[] | null];

function entryOf(entry: RawEntry | undefined): Entry | undefined {
  if (entry === undefined) return undefined;
  const [entryId, fields] = entry;
  return { entryId, documentId: fields?.[1] ?? "" };
}

function unlessThere(error: unknown): void {
  if (!String(error).includes("BUSYGROUP")) throw error;
}
