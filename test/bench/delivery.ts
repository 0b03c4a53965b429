import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { type Engine, connectEngine } from "../../dev/build/engine.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { provenCluster } from "../support/cluster.ts";
import { VersionedImage } from "../support/delivered.ts";
import type { Row } from "./measure.ts";

const never = new AbortController().signal;
/** `kind load` takes many seconds: a few runs say enough. */
const PEER_RUNS = 3;
/** Nobody saves while the image before is still being written to the disk. */
const PAUSE_MS = 1500;
const LAYERS_MIB = [100, 100, 100, 100, 100, 100];

interface Times {
  readonly whole: number[];
  readonly push: number[];
  readonly load: number[];
  readonly there: number[];
  readonly peer: number[];
}

/** A change of 1 MB to an image of 600 MB, until the nodes can start it; beside `kind load docker-image` in the same run. */
export async function deliveryRows(runs: number): Promise<Row[]> {
  const cluster = await provenCluster();
  const times: Times = { whole: [], push: [], load: [], there: [], peer: [] };
  const engine = timingPushes(await connectEngine(cluster.dockerSocketPath ?? ""), times.push);
  const image = new VersionedImage(LAYERS_MIB);
  const delivery = clusterTypeOf(cluster).delivery(cluster, async () => engine);
  try {
    const first = await timed(() => delivery.deliver(image.build(), never));
    times.push.length = 0;
    for (let run = 0; run < runs; run++) {
      const step = image.build();
      await sleep(PAUSE_MS);
      times.whole.push(await timed(() => delivery.deliver(step, never)));
      times.load.push((times.whole.at(-1) ?? 0) - (times.push.at(-1) ?? 0));
      times.there.push(await timed(() => delivery.deliver(step, never)));
    }
    // Last: the gigabytes that it writes are still on their way to the disk when it has ended.
    for (let run = 0; run < PEER_RUNS; run++)
      times.peer.push(await timed(() => kindLoad(image.build().tag, cluster.kindCluster ?? "")));
    return rowsOf(times, first);
  } finally {
    await delivery.close();
    await cluster.release();
    image.remove(cluster.nodes.map(({ name }) => name));
  }
}

function rowsOf({ whole, push, load, there, peer }: Times, first: number): Row[] {
  const against = { what: "`kind load docker-image`", times: peer };
  const slowest = whole.toSorted((a, b) => a - b)[Math.floor((whole.length - 1) * 0.95)] ?? Number.NaN;
  return [
    { what: "delivery, 1 MB changed of 600 MB", times: whole, against },
    { what: "of it: p95", times: [slowest] },
    { what: "of it: the engine compresses and pushes", times: push },
    { what: "of it: the node imports", times: load },
    { what: "delivery of what is there", times: there },
    { what: "first delivery of 600 MB", times: [first] },
  ];
}

function timingPushes(engine: Engine, times: number[]): Engine {
  const push: Engine["images"]["push"] = async (...given) => {
    times.push(await timed(() => engine.images.push(...given)));
  };
  return { ...engine, images: { ...engine.images, push } };
}

async function timed(act: () => unknown): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

function kindLoad(tag: string, name: string): void {
  execFileSync("kind", ["load", "docker-image", tag, "--name", name], { stdio: ["ignore", "ignore", "pipe"] });
}
