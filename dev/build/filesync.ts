import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { on, once } from "node:events";
import { join } from "node:path";
import { bytesField, fields, numberField, numberOf } from "./protobuf.ts";
import type { ByteStream } from "./session.ts";
import type { ContextEntry } from "./tree.ts";

// BuildKit's own way to fetch a context: it is told the stat of every file and asks for those that it does not have yet.
// https://github.com/tonistiigi/fsutil/blob/master/types/wire.proto

/** One entry as it is sent. */
export interface SentEntry extends ContextEntry {
  /** The bytes of a file, in pieces. */
  body(): AsyncIterable<Buffer> | readonly Buffer[];
}

/** Entries that are on the disk, below `folder`. */
export function entriesOnDisk(folder: string, entries: readonly ContextEntry[]): readonly SentEntry[] {
  return entries.map((entry) => ({
    ...entry,
    body: () => createReadStream(join(folder, entry.path), { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>,
  }));
}

/** A file that is nowhere but here. */
export function fileInMemory(path: string, text: string): SentEntry {
  const body = Buffer.from(text);
  const content = createHash("sha256").update(body).digest("hex");
  return { path, type: "file", mode: 0o644, size: body.length, mtimeMs: 0, content, body: () => [body] };
}

/**
 * Sends a folder until the other side has all that it wants. What is sent is what was digested: a file that has another
 * content by now ends the transfer, and `onChanged` is told which one.
 */
export async function sendFolder(
  stream: ByteStream,
  entries: readonly SentEntry[],
  onChanged: (path: string) => void,
): Promise<void> {
  // Not the stream's own iterator, which destroys it at the end, and the last answer with it.
  const messages = on(stream, "data", { close: ["end", "cancelled"] }) as AsyncIterable<[Buffer]>;
  for (const entry of entries) await send(stream, bytesField(2, statOf(entry)));
  await send(stream, Buffer.alloc(0));
  for await (const [message] of messages) {
    const packet = fields(message);
    const type = numberOf(packet, 1);
    if (type === REQUEST) {
      const entry = entries[numberOf(packet, 3)];
      if (entry && !(await sendBody(stream, entry, numberOf(packet, 3)))) {
        onChanged(entry.path);
        await send(stream, Buffer.concat([numberField(1, ERROR), bytesField(4, `${entry.path} has changed`)]));
        break;
      }
    } else if (type === FINISHED) {
      await send(stream, numberField(1, FINISHED));
      break;
    }
  }
  stream.end();
}

const [REQUEST, DATA, FINISHED, ERROR] = [1, 2, 3, 4];
const PIECE_BYTES = 256 * 1024;

/** False when it is not what was digested, or not there any more. */
async function sendBody(stream: ByteStream, entry: SentEntry, id: number): Promise<boolean> {
  const head = Buffer.concat([numberField(1, DATA), numberField(3, id)]);
  const hash = createHash("sha256");
  try {
    for await (const piece of entry.body()) {
      hash.update(piece);
      await send(stream, Buffer.concat([head, bytesField(4, piece)]));
    }
  } catch (error) {
    if (stream.cancelled) throw error;
    return false;
  }
  if (hash.digest("hex") !== entry.content) return false;
  await send(stream, head);
  return true;
}

async function send(stream: ByteStream, packet: Buffer): Promise<void> {
  if (stream.cancelled) throw new Error("the build has ended");
  if (stream.write(packet)) return;
  // Whichever does not happen must not go on listening: a context of many files waits thousands of times.
  const happened = new AbortController();
  const { signal } = happened;
  await Promise.race([once(stream, "drain", { signal }), once(stream, "cancelled", { signal })]).finally(() =>
    happened.abort(),
  );
}

// Go's os.FileMode: https://pkg.go.dev/io/fs#FileMode
const TYPE_BITS = { file: 0, folder: 2 ** 31, link: 2 ** 27 } as const;
const SPECIAL_BITS = [
  [0o4000, 2 ** 23],
  [0o2000, 2 ** 22],
  [0o1000, 2 ** 20],
] as const;

/** `fsutil.types.Stat`; owners are always zero, as Docker's own client has it. */
function statOf(entry: SentEntry): Buffer {
  const special = SPECIAL_BITS.reduce((bits, [own, go]) => bits + (entry.mode & own ? go : 0), 0);
  return Buffer.concat([
    bytesField(1, entry.path),
    numberField(2, TYPE_BITS[entry.type] + special + (entry.mode & 0o777)),
    numberField(5, entry.size),
    numberField(6, timeOf(entry)),
    ...(entry.type === "link" ? [bytesField(7, entry.content)] : []),
  ]);
}

/**
 * Nanoseconds. BuildKit takes a file of the same size and time for the same file, and two writes may share their time:
 * below the second the time is a part of the content's digest, so that another content is another time.
 */
function timeOf({ type, mtimeMs, content }: ContextEntry): bigint {
  if (type !== "file") return 0n;
  const fraction = BigInt(`0x${content.slice(0, 15)}`) % 1_000_000_000n;
  return BigInt(Math.max(0, Math.floor(mtimeMs / 1000))) * 1_000_000_000n + fraction;
}
