import assert from "node:assert/strict";
import { randomBytes, randomInt } from "node:crypto";
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { connectEngine } from "../../dev/build/engine.ts";
import { blobSizes } from "../../dev/delivery/nodes/listings.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { SPOOL_PREFIX } from "../../dev/delivery/sink/blobs.ts";
import { eventually } from "../services/docker.ts";
import { provenCluster, skipWithoutCluster } from "../support/cluster.ts";
import { VersionedImage, dockerImages, nodeImagesOf } from "../support/delivered.ts";

const skip = skipWithoutCluster();
const never = new AbortController().signal;
const REBUILDS = 200;

test(
  `after ${REBUILDS} rebuilds the node holds a handful of versions, and the sink nothing`,
  { skip, timeout: 900_000 },
  async (t) => {
    const cluster = await provenCluster();
    const engine = await connectEngine(cluster.dockerSocketPath ?? "");
    const node = cluster.nodes[0]?.name ?? "";
    const image = new VersionedImage();
    const delivery = clusterTypeOf(cluster).delivery(cluster, async () => engine);
    t.after(async () => {
      await delivery.close();
      await cluster.release();
      image.remove(cluster.nodes.map(({ name }) => name));
    });
    // Random bytes do not compress: by this size a layer of ours is known from everybody else's.
    const bytes = 1_500_000 + randomInt(500_000);
    for (let i = 0; i < REBUILDS; i++) {
      const step = image.build(randomBytes(bytes));
      await delivery.deliver(step, never);
      // The host's images are the builder's to remove.
      execFileSync("docker", ["rmi", step.tag], { stdio: "ignore" });
    }
    await eventually(async () => {
      const names = nodeImagesOf(node).filter(({ name }) => name.startsWith(`${image.nodeRepository}:`));
      assert.ok(names.length <= 4, `${names.length} names`);
    }, 30_000);
    // containerd collects garbage when it has time.
    await eventually(async () => {
      const layers = [...contentOf(node).values()].filter((size) => size >= bytes && size < bytes + 4096);
      t.diagnostic(`${layers.length} of ${REBUILDS} layers of ${bytes} bytes are in the node`);
      assert.ok(layers.length * bytes <= 3 * bytes + 50 * 2 ** 20, `${layers.length} layers`);
    }, 60_000);
    for (const folder of readdirSync(tmpdir()).filter((name) => name.startsWith(`${SPOOL_PREFIX}${process.pid}-`)))
      assert.deepEqual(readdirSync(join(tmpdir(), folder)), []);
    assert.deepEqual(
      dockerImages(`127.0.0.1:*/slipway/*`).filter((name) => name.includes(image.repository)),
      [],
    );
  },
);

function contentOf(node: string): ReadonlyMap<string, number> {
  const folder = "/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256";
  return blobSizes(execFileSync("docker", ["exec", node, "ls", "-ln", folder], { encoding: "utf8" }));
}
