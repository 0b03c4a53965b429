import { connectEngine } from "../../dev/build/engine.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { provenCluster } from "./cluster.ts";
import { VersionedImage } from "./delivered.ts";

// A session that only delivers, until it is killed. Prints its image's repository, and a line for each delivery.

const cluster = await provenCluster();
const engine = await connectEngine(cluster.dockerSocketPath ?? "");
// The name that a push leaves for a moment stays for good: as when it is killed in that moment.
const untagged = { ...engine, images: { ...engine.images, untag: () => Promise.resolve() } };
const delivery = clusterTypeOf(cluster).delivery(cluster, async () => untagged);
const image = new VersionedImage([2]);
process.stdout.write(`${image.repository}\n`);
for (;;) {
  await delivery.deliver(image.build(), new AbortController().signal);
  process.stdout.write("delivered\n");
}
