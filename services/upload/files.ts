import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HttpError } from "../base/errors.ts";
import { renameForGood } from "../base/files.ts";

const unfinished = ".part";
const dayMs = 86_400_000;

/** Writes the stream to disk; resolves when the file is there whatever happens, and leaves nothing of it when it rejects. */
export async function receive(folder: string, id: string, stream: Readable & { truncated: boolean }) {
  const path = join(folder, id);
  const hash = createHash("sha256");
  stream.on("data", (chunk: Buffer) => hash.update(chunk));
  // `flush` is an fsync before it is closed.
  const file = createWriteStream(path + unfinished, { flags: "wx", flush: true });
  try {
    await pipeline(stream, file);
    const sizeBytes = file.bytesWritten;
    if (stream.truncated) throw new HttpError(413, "file_too_large", `the file is larger than ${sizeBytes} bytes`);
    if (sizeBytes === 0) throw new HttpError(400, "file_empty", "the file is empty");
    await renameForGood(path + unfinished, path);
    return { sizeBytes, sha256: hash.digest("hex") };
  } catch (error) {
    await rm(path + unfinished, { force: true });
    throw error;
  }
}

/** Removes what a process that died while it wrote has left, a day ago or earlier. */
export async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const isOld = name.endsWith(unfinished) && (await stat(path)).mtimeMs < Date.now() - dayMs;
    if (isOld) await rm(path, { force: true });
  }
}
