import type { IncomingMessage } from "node:http";
import { HttpError, reasonOf } from "./errors.ts";

// Texts, not files: enough for every route there is.
const limitBytes = 65_536;

/**
 * The request's body as JSON. Rejects with `HttpError`: 415 for another content type,
 * 413 above 64 KiB, 400 for what is not JSON in UTF-8 or stops half-way.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const type = request.headers["content-type"]?.split(";")[0]?.trim().toLowerCase();
  if (type !== "application/json") {
    throw new HttpError(415, "unsupported_media_type", "the body must be application/json");
  }
  const bytes = await readBytes(request);
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new HttpError(400, "invalid_json", `the body is not JSON: ${reasonOf(cause)}`, { cause });
  }
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      sizeBytes += chunk.length;
      if (sizeBytes > limitBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw new HttpError(400, "incomplete_body", "the body stopped half-way", { cause });
  }
  if (sizeBytes > limitBytes) throw tooLarge(request);
  return Buffer.concat(chunks);
}

// The rest is read and dropped: closing the connection under a client that is still
// sending would take the answer away from it.
function tooLarge(request: IncomingMessage): HttpError {
  request.resume();
  return new HttpError(413, "body_too_large", `the body is larger than ${limitBytes} bytes`);
}
