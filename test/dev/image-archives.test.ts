import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { test } from "node:test";
import type { Engine } from "../../dev/build/engine.ts";
import { tarEnd, tarMember } from "../../dev/build/tar.ts";
import { BLOCK_BYTES, archiveOf } from "../../dev/delivery/images/archive.ts";
import { type ImageContent, contentOf } from "../../dev/delivery/images/content.ts";
import { saved } from "../../dev/delivery/images/saved.ts";
import { openBlobs } from "../../dev/delivery/sink/blobs.ts";

// The formats in which engines give an image, made by hand: what comes of each is the same image of one platform.

const never = new AbortController().signal;
const layers = ["base ".repeat(400_000), "change"];
const digests = layers.map(digestOf);
const config = JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: digests } });
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  config: { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(config), size: config.length },
  layers: layers.map((text) => ({
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    digest: digestOf(text),
    size: text.length,
  })),
});
const entry = (text: string, platform?: object): object => ({
  mediaType: "application/vnd.oci.image.manifest.v1+json",
  digest: digestOf(text),
  size: text.length,
  ...(platform && { platform }),
});
// As a containerd image store gives it: an index of platforms of which only one is there, and an attestation.
const index = JSON.stringify({
  schemaVersion: 2,
  manifests: [
    entry("arm64 is not here", { os: "linux", architecture: "arm64" }),
    entry(manifest, { os: "linux", architecture: "amd64" }),
    entry("attestation", { os: "unknown", architecture: "unknown" }),
  ],
});
const blobsOf = (...texts: string[]): [string, string][] =>
  texts.map((text) => [`blobs/sha256/${digestOf(text).slice(7)}`, text]);

for (const [format, members] of [
  [
    "an OCI layout",
    [...blobsOf(...layers, config, manifest), ["index.json", JSON.stringify({ manifests: [entry(manifest)] })]],
  ],
  [
    "an OCI layout of several platforms, with the contents of one",
    [...blobsOf(...layers, config, manifest, index), ["index.json", JSON.stringify({ manifests: [entry(index)] })]],
  ],
  [
    "layers in folders of their own",
    [
      ["1/layer.tar", layers[0] ?? ""],
      ["2/layer.tar", layers[1] ?? ""],
      [`${digestOf(config).slice(7)}.json`, config],
      [
        "manifest.json",
        JSON.stringify([{ Config: `${digestOf(config).slice(7)}.json`, Layers: ["1/layer.tar", "2/layer.tar"] }]),
      ],
    ],
  ],
] as readonly (readonly [string, readonly (readonly [string, string])[]])[]) {
  test(`${format} is read, and only what nodes lack is kept`, async (t) => {
    const blobs = await openBlobs();
    t.after(() => blobs.close());
    const isLegacy = format.startsWith("layers");
    const known = (digest: string): number | null => (digest === digests[0] ? (layers[0]?.length ?? 0) : null);
    const image = await saved(engineWith(members), blobs, "x/y:1", known, never);
    assert.deepEqual(
      image.blobs.map(({ digest, size }) => [digest, size]),
      [config, ...layers].map((text) => [digestOf(text), text.length]),
    );
    // Only the earlier format hides a layer's digest until it has been read.
    assert.equal(blobs.size(digests[0] ?? "") === null, !isLegacy);
    assert.equal(blobs.size(digests[1] ?? ""), 6);
    const sent = await bytesOf(image, (digest) => digest !== digests[0]);
    assert.ok(sent.includes("change") && !sent.includes("base base"));
    assert.equal(sent.length % BLOCK_BYTES, 0);

    async function bytesOf(content: ImageContent, isSent: (digest: string) => boolean): Promise<string> {
      const archive = archiveOf(content, "docker.io/x/y:1", blobs, isSent);
      const chunks: Uint8Array[] = [];
      for await (const chunk of archive.open()) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      assert.equal(bytes.length, archive.blocks * BLOCK_BYTES);
      assert.ok(bytes.includes("docker.io/x/y:1"));
      return bytes.toString("latin1");
    }
  });
}

test("an image of several platforms is that of this one; without its content it is refused", async () => {
  const find = async (digest: string): Promise<Buffer | null> =>
    digest === digestOf(manifest) ? Buffer.from(manifest) : null;
  const root = { mediaType: "", digest: digestOf(index), body: Buffer.from(index) };
  assert.equal((await contentOf(root, "amd64", find)).manifest.digest, digestOf(manifest));
  await assert.rejects(contentOf(root, "arm64", find), /no content for linux\/arm64/);
  await assert.rejects(contentOf({ ...root, body: Buffer.from('{"manifests":[]}') }, "amd64", find), /no content/);
});

function engineWith(members: readonly (readonly [string, string])[]): Engine {
  const archive = [
    ...members.map(([path, text]) => tarMember({ path, type: "file", mode: 0o644, body: Buffer.from(text) })),
    tarEnd,
  ];
  const facts = { architecture: "amd64", hasContainerdStore: false, apiVersion: "1.45" };
  return { save: async () => Readable.from(archive), images: { facts: async () => facts } } as unknown as Engine;
}

function digestOf(text: string): string {
  return `sha256:${createHash("sha256").update(text).digest("hex")}`;
}
