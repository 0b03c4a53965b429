import { open } from "node:fs/promises";
import { join } from "node:path";
import type { FastifyReply } from "fastify";
import { HttpError } from "../base/errors.ts";
import type { Document } from "./documents.ts";

/** Sends the uploaded file as it is. What others wrote is never shown as a page of ours: it is saved, not opened. */
export async function sendFile(reply: FastifyReply, folder: string, document: Document): Promise<FastifyReply> {
  const file = await open(join(folder, document.id)).catch((cause: unknown) => {
    throw new HttpError(404, "file_missing", `the file of document ${document.id} is not there any more`, { cause });
  });
  const { size } = await file.stat();
  return reply
    .type(document.mediaType)
    .header("content-length", size)
    .header("content-disposition", dispositionOf(document.name))
    .header("content-security-policy", "sandbox; default-src 'none'")
    .header("x-content-type-options", "nosniff")
    .send(file.createReadStream());
}

/** RFC 6266: a name for all, and after it the real one, in the encoding of RFC 8187. */
export function dispositionOf(name: string): string {
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`;
}
