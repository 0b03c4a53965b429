import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Blobs, Upload } from "./blobs.ts";
import { refuse } from "./refuse.ts";

/** Blobs on their way in: whole in one POST, POST and PUT, or POST, any number of PATCHes, and PUT. */
export interface Uploads {
  readonly blobs: Blobs;
  /** Bytes of a blob that need not be sent again; null for any other. */
  readonly sizeOf: (digest: string) => number | null;
  /** Path below which uploads are. */
  readonly location: string;
  readonly running: Map<string, Upload>;
}

interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly digest: string | null;
}

export async function answerUpload(
  uploads: Uploads,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  id: string,
): Promise<void> {
  const call = { request, response, digest: url.searchParams.get("digest") };
  if (request.method === "POST") return begin(uploads, call, url.searchParams.get("mount"));
  const upload = uploads.running.get(id);
  if (!upload) return refuse(response, 404, "BLOB_UPLOAD_UNKNOWN", id);
  if (request.method === "PATCH") return append(uploads, call, id, upload);
  if (request.method === "PUT") return finish(uploads, call, id, upload);
  if (request.method === "DELETE") return cancel(uploads, call, id, upload);
  accepted(uploads, response, 204, id, upload);
}

async function begin(uploads: Uploads, call: Call, mounted: string | null): Promise<void> {
  if (mounted !== null && uploads.sizeOf(mounted) !== null) return created(uploads, call.response, mounted);
  const [id, upload] = [randomUUID(), await uploads.blobs.begin()];
  uploads.running.set(id, upload);
  if (call.digest !== null) return finish(uploads, call, id, upload);
  accepted(uploads, call.response, 202, id, upload);
}

async function append(uploads: Uploads, { request, response }: Call, id: string, upload: Upload): Promise<void> {
  const start = /^(?:bytes[ =])?(\d+)-/.exec(request.headers["content-range"] ?? "")?.[1];
  if (start !== undefined && Number(start) !== upload.size) return accepted(uploads, response, 416, id, upload);
  await take(uploads, request, id, upload);
  accepted(uploads, response, 202, id, upload);
}

async function finish(
  uploads: Uploads,
  { request, response, digest }: Call,
  id: string,
  upload: Upload,
): Promise<void> {
  await take(uploads, request, id, upload);
  uploads.running.delete(id);
  // Without a digest nobody could say whether it came through whole.
  const kept = await upload.finish(digest ?? "none");
  if (kept === null) return refuse(response, 400, "DIGEST_INVALID", `${digest ?? "no digest"} is not what came`);
  created(uploads, response, kept);
}

/** What breaks off is of no use to anybody: the engine starts a new upload. */
async function take({ running }: Uploads, request: IncomingMessage, id: string, upload: Upload): Promise<void> {
  try {
    await upload.append(request as AsyncIterable<Buffer>);
  } catch (error) {
    running.delete(id);
    await upload.discard();
    throw error;
  }
}

async function cancel({ running }: Uploads, { response }: Call, id: string, upload: Upload): Promise<void> {
  running.delete(id);
  await upload.discard();
  response.writeHead(204).end();
}

function created({ location }: Uploads, response: ServerResponse, digest: string): void {
  const blob = location.replace(/uploads\/$/, digest);
  response.writeHead(201, { Location: blob, "Docker-Content-Digest": digest, "Content-Length": 0 }).end();
}

function accepted({ location }: Uploads, response: ServerResponse, status: number, id: string, { size }: Upload): void {
  const headers = { Location: `${location}${id}`, "Docker-Upload-UUID": id, Range: `0-${Math.max(0, size - 1)}` };
  response.writeHead(status, status === 204 ? headers : { ...headers, "Content-Length": 0 }).end();
}
