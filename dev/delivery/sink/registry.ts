import { createHash, randomBytes } from "node:crypto";
import { type IncomingMessage, type Server, type ServerResponse, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Blobs } from "./blobs.ts";
import { refuse } from "./refuse.ts";
import { type Uploads, answerUpload } from "./uploads.ts";

/**
 * The part of a registry that a push needs, on the loopback interface: the engine asks for every layer, and sends only
 * those that neither we nor the nodes have. https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#push
 */
export interface Sink {
  /** `127.0.0.1:41873/slipway/3f2a9c41d0be`: below it everything can be pushed, and nowhere else. */
  readonly repository: string;
  /** How many requests it has had: none, when the engine cannot reach it. */
  readonly requests: number;
  /** What was pushed under a tag or a digest; null when nothing was. */
  manifest(reference: string): Manifest | null;
  forget(reference: string): void;
  close(): Promise<void>;
}

export interface Manifest {
  readonly digest: string;
  readonly mediaType: string;
  readonly body: Buffer;
}

export const SINK_PATH = "slipway";
// Larger than any that the specification wants accepted.
const MANIFEST_BYTES = 4 * 2 ** 20;

/** `knownSize`: bytes of a blob that all nodes have, so that nobody has to send it; null for any other. */
export async function openSink(blobs: Blobs, knownSize: (digest: string) => number | null): Promise<Sink> {
  // A name that nobody can guess: another program of this machine could write here else.
  const path = `${SINK_PATH}/${randomBytes(6).toString("hex")}`;
  const manifests = new Map<string, Manifest>();
  const sizeOf = (digest: string): number | null => blobs.size(digest) ?? knownSize(digest);
  const uploads: Uploads = { blobs, sizeOf, location: `/v2/${path}/blobs/uploads/`, running: new Map() };
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    answer({ path, manifests, uploads }, request, response).catch((error: unknown) =>
      refuse(response, 500, "UNKNOWN", String(error)),
    );
  });
  // The engine tries TLS first, which is no request at all.
  server.on("clientError", (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(0, "127.0.0.1", resolve);
  });
  return {
    repository: `127.0.0.1:${(server.address() as AddressInfo).port}/${path}`,
    get requests() {
      return requests;
    },
    manifest: (reference) => manifests.get(reference) ?? null,
    forget(reference) {
      const digest = manifests.get(reference)?.digest ?? "";
      for (const name of [reference, digest]) manifests.delete(name);
    },
    close: () => closed(server),
  };
}

interface Parts {
  readonly path: string;
  readonly manifests: Map<string, Manifest>;
  readonly uploads: Uploads;
}

async function answer(parts: Parts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? "/", "http://sink");
  response.setHeader("Docker-Distribution-API-Version", "registry/2.0");
  if (/^\/v2\/?$/.test(url.pathname)) return void response.end("{}");
  const prefix = `/v2/${parts.path}/`;
  if (!url.pathname.startsWith(prefix)) return refuse(response, 404, "NAME_UNKNOWN", "no such repository");
  const [kind = "", ...rest] = url.pathname.slice(prefix.length).split("/");
  if (kind === "blobs" && rest[0] === "uploads")
    return answerUpload(parts.uploads, request, response, url, rest[1] ?? "");
  if (kind === "blobs") return giveBlob(parts.uploads, request, response, rest[0] ?? "");
  if (kind === "manifests") return manifest(parts, request, response, decodeURIComponent(rest[0] ?? ""));
  refuse(response, 404, "UNSUPPORTED", "this registry only takes pushes");
}

function giveBlob(
  { sizeOf, blobs }: Uploads,
  request: IncomingMessage,
  response: ServerResponse,
  digest: string,
): void {
  const size = sizeOf(digest);
  const isHere = request.method === "HEAD" ? size !== null : blobs.size(digest) !== null;
  if (!isHere) return refuse(response, 404, "BLOB_UNKNOWN", digest);
  response.writeHead(200, {
    "Content-Length": size ?? 0,
    "Content-Type": "application/octet-stream",
    "Docker-Content-Digest": digest,
  });
  if (request.method === "HEAD") response.end();
  else blobs.read(digest).pipe(response);
}

async function manifest(
  { manifests }: Parts,
  request: IncomingMessage,
  response: ServerResponse,
  reference: string,
): Promise<void> {
  if (request.method === "PUT") return takeManifest(manifests, request, response, reference);
  const found = manifests.get(reference);
  if (!found) return refuse(response, 404, "MANIFEST_UNKNOWN", reference);
  response.writeHead(200, {
    "Content-Length": found.body.length,
    "Content-Type": found.mediaType,
    "Docker-Content-Digest": found.digest,
  });
  response.end(request.method === "HEAD" ? undefined : found.body);
}

async function takeManifest(
  manifests: Map<string, Manifest>,
  request: IncomingMessage,
  response: ServerResponse,
  reference: string,
): Promise<void> {
  const body = await bodyOf(request, MANIFEST_BYTES);
  if (!body) return refuse(response, 413, "MANIFEST_INVALID", "it is too large");
  const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
  if (reference.startsWith("sha256:") && reference !== digest)
    return refuse(response, 400, "DIGEST_INVALID", reference);
  const taken = { digest, mediaType: request.headers["content-type"] ?? "", body };
  for (const name of [reference, digest]) manifests.set(name, taken);
  response.writeHead(201, { Location: `${request.url ?? ""}`, "Docker-Content-Digest": digest });
  response.end();
}

async function bodyOf(request: IncomingMessage, mostBytes: number): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > mostBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}
