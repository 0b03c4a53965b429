import { test } from "node:test";
import assert from "node:assert/strict";
import { skipWithoutCluster } from "../support/cluster.ts";
import { VersionedImage, deliveriesOf, isUsableByBothNames, statusIn } from "../support/delivered.ts";

// Whoever applies the local overlay by hand gets the image that was delivered last.

const skip = skipWithoutCluster();
const never = new AbortController().signal;

test(
  "the name of the overlays follows each delivery, back to an earlier image too, and the end of a session",
  { skip },
  async (t) => {
    const image = new VersionedImage();
    const { node, open } = await deliveriesOf(t, image);
    const delivery = open();
    const [first, second] = [image.build(), image.build()];
    for (const [step, wasThere] of [
      [first, false],
      [second, false],
      [first, true],
    ] as const) {
      assert.equal(await delivery.deliver(step, never), wasThere);
      await isUsableByBothNames(node, step.tag);
    }
    const short = open();
    await short.deliver(second, never);
    await short.close();
    assert.equal(statusIn(node, second.tag).hasDevName, true);
  },
);
