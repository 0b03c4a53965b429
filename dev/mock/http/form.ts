import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { invalidRequest } from "./errors.ts";

export interface Upload {
  readonly fields: Readonly<Record<string, readonly string[]>>;
  readonly files: Readonly<Record<string, UploadedFile>>;
}

export interface UploadedFile {
  readonly name: string;
  readonly size: number;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
  /** Its first bytes: all of it is never kept, so an upload takes no memory to speak of. */
  readonly head: Buffer;
}

/** A body of `multipart/form-data`. */
export async function readForm(request: IncomingMessage): Promise<Upload> {
  // Loaded when the first one comes: most mocks never see a recording, and start sooner without.
  const { default: busboy } = await import("busboy");
  const fields: Record<string, string[]> = {};
  const files: Record<string, Promise<UploadedFile>> = {};
  try {
    const parser = busboy({ headers: request.headers, defParamCharset: "utf8" });
    parser.on("field", (name, value) => (fields[name] ??= []).push(value));
    parser.on("file", (name, stream, { filename }) => {
      files[name] = fileFrom(stream, filename);
      // It fails with the form, which says so below; alone it would end the program.
      files[name].catch(() => undefined);
    });
    await pipeline(request, parser);
    const read = await Promise.all(Object.entries(files).map(async ([name, file]) => [name, await file] as const));
    return { fields, files: Object.fromEntries(read) };
  } catch {
    request.resume();
    throw invalidRequest("1 validation error:\n  There was an error parsing the body");
  }
}

const headBytes = 2 ** 18;

async function fileFrom(stream: Readable, name: string): Promise<UploadedFile> {
  const hash = createHash("sha256");
  const head: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    // A copy: a part of a chunk would keep all of it.
    if (size < headBytes) head.push(Buffer.from(chunk.subarray(0, headBytes - size)));
    size += chunk.length;
  }
  return { name, size, sha256: hash.digest("hex"), head: Buffer.concat(head) };
}
