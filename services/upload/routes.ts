import { randomUUID } from "node:crypto";
import { extname } from "node:path";
import multipart from "@fastify/multipart";
import type { FastifyRequest } from "fastify";
import type { Query } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";
import type { Redis } from "../base/redis.ts";
import { found } from "../base/rows.ts";
import { Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { receive } from "./files.ts";

// What extraction makes text of, by the ending of a file's name.
const mediaTypes: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".md": "text/markdown",
  ".pdf": "application/pdf",
  ".txt": "text/plain",
  ".wav": "audio/wav",
};
const insert = `insert into documents (id, owner, name, media_type, size_bytes, sha256) values ($1, $2, $3, $4, $5, $6)`;
const select = `select id, name, media_type as "mediaType", size_bytes::float8 as "sizeBytes", status, error
  from documents where id = $1 and owner in ($2, 'everyone')`;

export function addRoutes(app: App, query: Query, redis: Redis, folder: string, maxBytes: number): void {
  void app.register(multipart, { limits: { fileSize: maxBytes, files: 1, fields: 0 }, throwFileSizeLimit: false });

  app.post("/documents", async (request, reply) => {
    const id = randomUUID();
    const { name, mediaType, stream } = await fileOf(request);
    const { sizeBytes, sha256 } = await receive(folder, id, stream);
    await query(insert, [id, request.user.name, name, mediaType, sizeBytes, sha256]);
    // From here on it is not lost: extraction also looks for documents that are in no queue.
    await redis
      .xadd("extraction", "*", "documentId", id)
      .catch((error: unknown) => request.log.warn({ err: error, id }, "not queued; will be found"));
    return reply.status(202).header("location", `/documents/${id}`).send({ id, status: "received" });
  });

  app.get("/documents/:id", { schema: { params: Type.Object({ id: uuid }) } }, async ({ params, user }) =>
    found(await query(select, [params.id, user.name]), "there is no such document"),
  );
}

async function fileOf(request: FastifyRequest) {
  const part = request.isMultipart() ? await request.file() : undefined;
  if (part?.fieldname !== "file")
    throw new HttpError(400, "file_missing", 'send the document as "file" in multipart/form-data');
  // What is shown later; where the bytes lie does not depend on it. Cut at its beginning, since its ending matters.
  const name = String(part.filename)
    .slice(-200)
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, "");
  const mediaType = mediaTypes[extname(name).toLowerCase()];
  if (mediaType !== undefined) return { name, mediaType, stream: part.file };
  const kinds = Object.keys(mediaTypes).join(", ");
  throw new HttpError(415, "unsupported_media_type", `of ${kinds} only can text be made`);
}
