import { createHash, randomUUID } from "node:crypto";
import { createReadStream, rmSync } from "node:fs";
import { type FileHandle, mkdtemp, open, readFile, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";

/** Contents by their digest, `sha256:…`, in files of a private folder: an image of a gigabyte costs no memory. */
export interface Blobs {
  /** Bytes; null where it is not held. */
  size(digest: string): number | null;
  read(digest: string): Readable;
  text(digest: string): Promise<string>;
  /** A content that arrives in parts. */
  begin(): Promise<Upload>;
  /** Takes a content whole. Resolves with its digest. */
  put(content: AsyncIterable<Uint8Array>): Promise<string>;
  /** Removes what has arrived. */
  clear(): Promise<void>;
  /** Removes everything. */
  close(): void;
}

export interface Upload {
  readonly size: number;
  append(content: AsyncIterable<Uint8Array>): Promise<void>;
  /** Keeps it under its digest; null where that is not the one that was `expected`, and then nothing is kept. */
  finish(expected: string | null): Promise<string | null>;
  discard(): Promise<void>;
}

export const SPOOL_PREFIX = "slipway-sink-";

export async function openBlobs(): Promise<Blobs> {
  // The number of the process tells the next session whether anybody still needs the folder.
  const folder = await mkdtemp(join(tmpdir(), `${SPOOL_PREFIX}${process.pid}-`));
  const sizes = new Map<string, number>();
  const close = (): void => {
    process.off("exit", close);
    sizes.clear();
    rmSync(folder, { recursive: true, force: true });
  };
  process.once("exit", close);
  const begin = async (): Promise<Upload> => {
    const path = join(folder, randomUUID());
    return upload(path, await open(path, "wx", 0o600), async (digest, size) => {
      await rename(path, pathOf(folder, digest));
      sizes.set(digest, size);
    });
  };
  return {
    size: (digest) => sizes.get(digest) ?? null,
    read: (digest) => createReadStream(pathOf(folder, digest), { highWaterMark: 1 << 20 }),
    text: (digest) => readFile(pathOf(folder, digest), "utf8"),
    begin,
    async put(content) {
      const started = await begin();
      await started.append(content);
      return (await started.finish(null)) ?? "";
    },
    async clear() {
      const digests = [...sizes.keys()];
      sizes.clear();
      await Promise.all(digests.map((digest) => rm(pathOf(folder, digest), { force: true })));
    },
    close,
  };
}

function upload(path: string, file: FileHandle, keep: (digest: string, size: number) => Promise<void>): Upload {
  const hash = createHash("sha256");
  let size = 0;
  const discard = async (): Promise<void> => {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
  };
  return {
    get size() {
      return size;
    },
    async append(content) {
      for await (const chunk of content) {
        hash.update(chunk);
        size += chunk.length;
        await file.writeFile(chunk);
      }
    },
    async finish(expected) {
      const digest = `sha256:${hash.digest("hex")}`;
      if (expected !== null && expected !== digest) return discard().then(() => null);
      await file.close();
      await keep(digest, size);
      return digest;
    },
    discard,
  };
}

function pathOf(folder: string, digest: string): string {
  return join(folder, digest.replace(":", "-"));
}
