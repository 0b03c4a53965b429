import { createHash } from "node:crypto";
import type { PassThrough, Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { callbackify } from "node:util";
import { type Headers, extract } from "tar-stream";
import type { Engine } from "../../build/engine.ts";
import type { Blobs } from "../sink/blobs.ts";
import { type Descriptor, type ImageContent, contentOf } from "./content.ts";

/**
 * `docker image save`, for an engine that cannot push to us: it packs the whole image, of which only what the nodes lack is
 * kept. Both of its formats: an OCI layout (Docker 25 and later), and layers in folders of their own (earlier).
 */
export async function saved(
  engine: Engine,
  blobs: Blobs,
  reference: string,
  knownSize: (digest: string) => number | null,
  signal: AbortSignal,
): Promise<ImageContent> {
  const { architecture } = await engine.images.facts();
  const archive = await engine.save(reference);
  const stop = (): void => void archive.destroy(new Error("aborted"));
  signal.addEventListener("abort", stop, { once: true });
  try {
    const { index, manifest } = await unpack(archive, blobs, knownSize);
    return index === null ? await legacy(manifest, blobs, knownSize) : await layout(index, blobs, architecture);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

interface Listings {
  readonly index: string | null;
  readonly manifest: string | null;
}

// What is no larger may be a manifest or a configuration, which must be read.
const SMALL_BYTES = 1 << 20;

async function unpack(
  archive: Readable,
  blobs: Blobs,
  knownSize: (digest: string) => number | null,
): Promise<Listings> {
  const reader = extract();
  const texts = new Map<string, string>();
  const take = async ({ name, type, size = 0 }: Headers, entry: PassThrough): Promise<void> => {
    const digest = /^blobs\/sha256\/([0-9a-f]{64})$/.exec(name)?.[1];
    const isKnown = digest !== undefined && size > SMALL_BYTES && knownSize(`sha256:${digest}`) !== null;
    if (type !== "file" || isKnown) entry.resume();
    else if (name === "index.json" || name === "manifest.json") texts.set(name, await textOf(entry));
    else if (digest !== undefined || /\/layer\.tar$|^[0-9a-f]{64}\.json$/.test(name)) await blobs.put(entry);
    else entry.resume();
  };
  reader.on("entry", callbackify(take));
  await pipeline(archive, reader);
  return { index: texts.get("index.json") ?? null, manifest: texts.get("manifest.json") ?? null };
}

function layout(index: string, blobs: Blobs, architecture: string): Promise<ImageContent> {
  const find = async (digest: string): Promise<Buffer | null> =>
    blobs.size(digest) === null ? null : Buffer.from(await blobs.text(digest));
  return contentOf({ mediaType: "", digest: "", body: Buffer.from(index) }, architecture, find);
}

/** A manifest for what has none: its layers are called after their content, which the configuration lists. */
async function legacy(
  listing: string | null,
  blobs: Blobs,
  knownSize: (digest: string) => number | null,
): Promise<ImageContent> {
  const [image] = JSON.parse(listing ?? "[]") as readonly { readonly Config: string }[];
  const config = `sha256:${image?.Config.replace(/\.json$/, "") ?? ""}`;
  const text = await blobs.text(config);
  const { rootfs } = JSON.parse(text) as { readonly rootfs: { readonly diff_ids: readonly string[] } };
  const describe = (digest: string, mediaType: string): Descriptor => {
    return { mediaType, digest, size: blobs.size(digest) ?? knownSize(digest) ?? 0 };
  };
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: describe(config, "application/vnd.oci.image.config.v1+json"),
    layers: rootfs.diff_ids.map((digest) => describe(digest, "application/vnd.oci.image.layer.v1.tar")),
  };
  const body = Buffer.from(JSON.stringify(manifest));
  const digest = `sha256:${createHash("sha256").update(body).digest("hex")}`;
  return {
    manifest: { mediaType: manifest.mediaType, digest, size: body.length, body },
    blobs: [manifest.config, ...manifest.layers],
  };
}

async function textOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}
