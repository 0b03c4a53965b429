import { randomUUID } from "node:crypto";
import multipart from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { Query } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";
import { Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { documentFor, insertDocument } from "./documents.ts";
import { receive } from "./files.ts";
import type { Received } from "./files.ts";
import { acceptedExtensions, looksLike, mediaTypeOf } from "./media-types.ts";

interface Parts {
  readonly query: Query;
  /** Tells extraction that there is work. */
  enqueue(documentId: string): Promise<unknown>;
  readonly folder: string;
  readonly maxBytes: number;
}

export function addRoutes(app: App, parts: Parts): void {
  void app.register(multipart, {
    limits: { fileSize: parts.maxBytes, files: 1, fields: 0 },
    throwFileSizeLimit: false,
  });

  app.post("/documents", async (request, reply) => {
    const id = randomUUID();
    const { name, mediaType, received } = await receiveFile(request, id, parts);
    try {
      check(received, mediaType, name);
      await received.keep();
    } catch (error) {
      await received.discard();
      throw error;
    }
    const { sizeBytes, sha256 } = received;
    await insertDocument(parts.query, { id, owner: request.user.name, name, mediaType, sizeBytes, sha256 });
    // From here on it is not lost: extraction also looks for documents that are in no queue.
    await parts
      .enqueue(id)
      .catch((error: unknown) => request.log.warn({ err: error, id }, "not queued; will be found"));
    return reply.status(202).header("location", `/documents/${id}`).send({ id, status: "received" });
  });

  app.get("/documents/:id", { schema: { params: Type.Object({ id: uuid }) } }, ({ params, user }) =>
    documentFor(parts.query, params.id, user.name),
  );
}

async function receiveFile(request: FastifyRequest, id: string, { folder, maxBytes }: Parts) {
  if (!request.isMultipart())
    throw new HttpError(415, "unsupported_media_type", "send multipart/form-data with a file");
  // The rest of the form is a few hundred bytes, so this refuses before anything is written; the stream's limit is exact.
  if (Number(request.headers["content-length"] ?? 0) > maxBytes + 65_536) throw tooLarge(maxBytes);
  const part = await request.file();
  if (part?.fieldname !== "file") throw new HttpError(400, "file_missing", 'send the document as the form\'s "file"');
  const name = nameOf(part.filename);
  const mediaType = mediaTypeOf(name);
  if (mediaType === undefined) throw unsupported(`of ${acceptedExtensions.join(", ")} only can text be made`);
  const received = await receive(folder, id, part.file);
  if (!part.file.truncated) return { name, mediaType, received };
  await received.discard();
  throw tooLarge(maxBytes);
}

function check({ sizeBytes, head }: Received, mediaType: string, name: string): void {
  if (sizeBytes === 0) throw new HttpError(400, "file_empty", "the file is empty");
  if (!looksLike(mediaType, head)) throw unsupported(`${name} is not what its name says: no ${mediaType}`);
}

// What is shown later; where the bytes lie does not depend on it. Endings matter, so the beginning is kept short.
function nameOf(given: string | undefined): string {
  const name = (given ?? "").replaceAll(/[\p{Cc}\p{Cs}]/gu, "").trim();
  return name.length <= 200 ? name : `${name.slice(0, 150)}…${name.slice(-40)}`;
}

function unsupported(message: string): HttpError {
  return new HttpError(415, "unsupported_media_type", message);
}

function tooLarge(maxBytes: number): HttpError {
  return new HttpError(413, "file_too_large", `the file is larger than ${maxBytes} bytes`);
}
