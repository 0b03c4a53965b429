import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import type { Readable } from "node:stream";

/** A file that is written, but not yet under its final name. */
export interface Received {
  readonly sizeBytes: number;
  /** In hexadecimal. */
  readonly sha256: string;
  /** The first bytes, 1,024 at most. */
  readonly head: Buffer;
  /** Puts it under its final name; after that it is there whatever happens. */
  keep(): Promise<void>;
  discard(): Promise<void>;
}

const headBytes = 1_024;

/** Writes the stream to disk, under a temporary name. When it breaks, nothing of it stays. */
export async function receive(folder: string, id: string, stream: Readable): Promise<Received> {
  const temporary = join(folder, `${id}${temporaryEnding}`);
  const hash = createHash("sha256");
  const discard = () => rm(temporary, { force: true });
  let sizeBytes = 0;
  let head = Buffer.alloc(0);
  async function* measured(chunks: AsyncIterable<Buffer>) {
    for await (const chunk of chunks) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes - head.length)]);
      yield chunk;
    }
  }
  try {
    // `flush` is an fsync before the file is closed.
    await pipeline(stream, measured, createWriteStream(temporary, { flags: "wx", flush: true }));
  } catch (error) {
    await discard();
    throw error;
  }
  const keep = async () => {
    await rename(temporary, join(folder, id));
    await syncFolder(folder);
  };
  return { sizeBytes, sha256: hash.digest("hex"), head, keep, discard };
}

/** Removes what a process that died while it wrote has left, a day ago or earlier. Returns how many. */
export async function sweepTemporary(folder: string, now: Date): Promise<number> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(temporaryEnding));
  let removed = 0;
  for (const path of names.map((name) => join(folder, name))) {
    // Another replica may just have renamed it.
    const found = await stat(path).catch(() => undefined);
    if (found === undefined || now.getTime() - found.mtimeMs < temporaryLifetimeMs) continue;
    await rm(path, { force: true });
    removed += 1;
  }
  return removed;
}

const temporaryEnding = ".part";
const temporaryLifetimeMs = 86_400_000;

// A rename is on disk once its folder is.
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
