import { tarFileHeader, tarMember } from "../../build/tar.ts";
import type { Blobs } from "../sink/blobs.ts";
import type { Descriptor, ImageContent } from "./content.ts";

/** Bytes that can be sent more than once. `blocks`: how many of `BLOCK_BYTES`; the last is filled up with zeros. */
export interface Archive {
  readonly blocks: number;
  open(): AsyncIterable<Uint8Array>;
}

/** Of a frame to a node. Zeros at the end of a tar archive say nothing. */
export const BLOCK_BYTES = 4096;

/**
 * An OCI layout of the image with only those blobs that are in `blobs` and `isSent`. containerd takes it when it has all the
 * others. https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
export function archiveOf(
  image: ImageContent,
  name: string,
  blobs: Blobs,
  isSent: (digest: string) => boolean,
): Archive {
  const { body, ...manifest } = image.manifest;
  const texts: readonly (readonly [string, Buffer])[] = [
    ["oci-layout", Buffer.from('{"imageLayoutVersion":"1.0.0"}')],
    ["index.json", Buffer.from(JSON.stringify(indexOf(manifest, name)))],
    [blobPath(manifest.digest), body],
  ];
  const sent = unique(image.blobs).filter(({ digest }) => isSent(digest));
  const sizes = [...texts.map(([, text]) => text.length), ...sent.map(({ digest }) => blobs.size(digest) ?? 0)];
  const bytes = sizes.reduce((total, size) => total + 512 + roundedUp(size, 512), 1024);
  const blocks = roundedUp(bytes, BLOCK_BYTES) / BLOCK_BYTES;
  return { blocks, open: () => padded(entries(texts, sent, blobs), blocks * BLOCK_BYTES) };
}

function indexOf(manifest: Descriptor, name: string): object {
  return { schemaVersion: 2, manifests: [{ ...manifest, annotations: { "io.containerd.image.name": name } }] };
}

async function* entries(
  texts: readonly (readonly [string, Buffer])[],
  sent: readonly Descriptor[],
  blobs: Blobs,
): AsyncIterable<Uint8Array> {
  yield Buffer.concat(texts.map(([path, body]) => tarMember({ path, type: "file", mode: 0o644, body })));
  for (const { digest } of sent) {
    const size = blobs.size(digest) ?? 0;
    yield tarFileHeader(blobPath(digest), 0o644, size);
    yield* padded(blobs.read(digest) as AsyncIterable<Buffer>, roundedUp(size, 512));
  }
}

async function* padded(source: AsyncIterable<Uint8Array>, bytes: number): AsyncIterable<Uint8Array> {
  let missing = bytes;
  for await (const chunk of source) {
    missing -= chunk.length;
    yield chunk;
  }
  if (missing > 0) yield Buffer.alloc(missing);
}

function blobPath(digest: string): string {
  return `blobs/${digest.replace(":", "/")}`;
}

function unique(descriptors: readonly Descriptor[]): Descriptor[] {
  return [...new Map(descriptors.map((descriptor) => [descriptor.digest, descriptor])).values()];
}

function roundedUp(value: number, step: number): number {
  return Math.ceil(value / step) * step;
}
