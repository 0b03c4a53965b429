import assert from "node:assert/strict";
import { test } from "node:test";
import { docker } from "../services/docker.ts";
import { skipWithoutCluster } from "../support/cluster.ts";
import { VersionedImage, ctr, deliveriesOf, nodeImagesOf } from "../support/delivered.ts";

// What the kubelet's garbage collection, or anybody else, takes from a node behind a session's back.

const skip = skipWithoutCluster();
const never = new AbortController().signal;

test(
  "what was taken from the node is delivered again, and known to the kubelet's runtime when delivery says so",
  { skip },
  async (t) => {
    const image = new VersionedImage([1]);
    const { node, open } = await deliveriesOf(t, image);
    const delivery = open();
    const [gone, other] = [image.build(), image.build()];
    await delivery.deliver(gone, never);
    await delivery.deliver(other, never);
    ctr(node, "images", "rm", "--sync", ...namesOf(node, `docker.io/${gone.tag}`));
    assert.equal(await delivery.deliver(gone, never), false);
    assert.match(await docker("exec", node, "crictl", "inspecti", `docker.io/${gone.tag}`), /"id"/);
  },
);

/** All names that an image has in a node. */
function namesOf(node: string, name: string): readonly string[] {
  const images = nodeImagesOf(node);
  const digest = images.find((image) => image.name === name)?.digest;
  return images.flatMap((image) => (image.digest === digest ? [image.name] : []));
}
