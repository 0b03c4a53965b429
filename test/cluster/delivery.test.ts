import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { after, before, test } from "node:test";
import { type Engine, connectEngine } from "../../dev/build/engine.ts";
import type { OpenDelivery } from "../../dev/delivery/cluster-type.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { SPOOL_PREFIX } from "../../dev/delivery/sink/blobs.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import { kubectl, provenCluster, skipWithoutCluster } from "../support/cluster.ts";
import {
  VersionedImage,
  forgetIn,
  isUsableByBothNames,
  nodeImagesOf,
  openShells,
  statusIn,
} from "../support/delivered.ts";
import { docker, eventually } from "../services/docker.ts";

const skip = skipWithoutCluster();
const never = new AbortController().signal;
const id = `d${randomBytes(3).toString("hex")}`;
let cluster: LockedCluster;
let engine: Engine;
let node = "";
/** Bytes that went into programs in nodes. */
let sentBytes = 0;
let large: VersionedImage;
let delivery: OpenDelivery;
const images: VersionedImage[] = [];

before(async () => {
  if (skip) return;
  cluster = await provenCluster();
  engine = counted(await connectEngine(cluster.dockerSocketPath ?? ""));
  node = cluster.nodes[0]?.name ?? "";
  delivery = opened();
  large = made(new VersionedImage([100, 100, 100, 100, 100, 100]));
});

after(async () => {
  if (skip) return;
  await delivery.close();
  await cluster.release();
  for (const image of images) image.remove(cluster.nodes.map(({ name }) => name));
});

test("of a change of 1 MB to an image of 600 MB, 1 MB is sent", { skip, timeout: 300_000 }, async () => {
  await delivery.deliver(large.build(), never);
  assert.ok(sentBytes > 600 * 2 ** 20, "the first time, all of it");
  const change = randomBytes(2 ** 20);
  const step = large.build(change);
  sentBytes = 0;
  assert.equal(await delivery.deliver(step, never), false);
  assert.ok(sentBytes <= 2 ** 20 + 64 * 2 ** 10, `${sentBytes} bytes were sent`);
  assert.equal(await delivery.deliver(step, never), true, "the second time it is there");
  await isUsableByBothNames(node, step.tag);
  assert.equal(await sumInPod(step.tag), createHash("md5").update(change).digest("hex"));
  assert.match(await docker("exec", node, "crictl", "inspecti", `docker.io/${step.tag}`), /"id"/);
});

test(
  "a node that lost the base gets the whole image, and never keeps a name that cannot start",
  { skip, timeout: 300_000 },
  async () => {
    const image = made(new VersionedImage([5]));
    await delivery.deliver(image.build(), never);
    // Behind the session's back, as the kubelet's garbage collection does it.
    forgetIn(node, image);
    const step = image.build();
    sentBytes = 0;
    await delivery.deliver(step, never);
    await isUsableByBothNames(node, step.tag);
    assert.ok(sentBytes > 6 * 2 ** 20, `only ${sentBytes} bytes were sent`);
    assert.match(await sumInPod(step.tag), /^[0-9a-f]{32}$/);
  },
);

test("an engine that cannot push packs the image, of which still only the change is sent", { skip }, async () => {
  const image = made(new VersionedImage([20]));
  const findings: Finding[] = [];
  const far = { ...engine, images: { ...engine.images, push: refuse } };
  const packed = opened(far, (finding) => findings.push(finding));
  await packed.deliver(image.build(), never);
  sentBytes = 0;
  const step = image.build();
  await packed.deliver(step, never);
  await packed.close();
  assert.ok(sentBytes <= 2 ** 20 + 64 * 2 ** 10, `${sentBytes} bytes were sent`);
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["DELIVERY_SLOW"],
  );
  assert.deepEqual(statusIn(node, step.tag), { isComplete: true, isUnpacked: true, hasDevName: true });
  assert.match(await sumInPod(step.tag), /^[0-9a-f]{32}$/);
});

test("twenty images that are there are one question", { skip }, async () => {
  const image = made(new VersionedImage());
  const steps = Array.from({ length: 20 }, () => image.build("small"));
  // More names than the fifty that a node's status lists: https://github.com/kubernetes/kubernetes/issues/93488
  for (const step of steps) await delivery.deliver(step, never);
  const times: number[] = [];
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    assert.deepEqual(await Promise.all(steps.slice(-3).map((step) => delivery.deliver(step, never))), [
      true,
      true,
      true,
    ]);
    times.push(performance.now() - start);
  }
  assert.ok(Math.min(...times) < 1000);
});

test("a cancelled delivery ends at once, and no other with it", { skip, timeout: 120_000 }, async () => {
  const [one, other] = [made(new VersionedImage([60])), made(new VersionedImage([1]))];
  const cancel = new AbortController();
  const [stepOne, stepOther] = [one.build(), other.build()];
  const cancelled = delivery.deliver(stepOne, cancel.signal);
  const kept = delivery.deliver(stepOther, never);
  setTimeout(() => cancel.abort(new Error("cancelled")), 300);
  const start = performance.now();
  await assert.rejects(cancelled);
  assert.ok(performance.now() - start < 5_000);
  assert.equal(await kept, false);
  assert.equal(statusIn(node, stepOther.tag).isUnpacked, true);
  assert.equal(await delivery.deliver(stepOne, never), false);
  assert.equal(statusIn(node, stepOne.tag).isUnpacked, true);
});

test("a program in the node that is killed is started again", { skip }, async () => {
  const image = made(new VersionedImage([1]));
  await delivery.deliver(image.build(), never);
  await docker("exec", node, "pkill", "-f", `slipway-${process.pid}$`);
  const step = image.build();
  await delivery.deliver(step, never);
  assert.equal(statusIn(node, step.tag).isUnpacked, true);
});

test(
  "old versions go, but for the last three, what is not ours, and what a pod uses",
  { skip, timeout: 120_000 },
  async () => {
    const image = made(new VersionedImage());
    const [used, foreign] = [image.build("used"), image.build("foreign", false)];
    await delivery.deliver(used, never);
    const pod = startPod(used.tag);
    await delivery.deliver(foreign, never);
    const later = Array.from({ length: 6 }, (_, i) => image.build(`later ${i}`));
    for (const step of later) await delivery.deliver(step, never);
    const kept = [used, foreign, ...later.slice(-3)].map(({ tag }) => `docker.io/${tag}`);
    await eventually(async () => {
      const names = nodeImagesOf(node)
        .map(({ name }) => name)
        .filter((name) => name.startsWith(`${image.nodeRepository}:`));
      assert.deepEqual(new Set(names), new Set([...kept, `${image.nodeRepository}:dev`]));
    }, 30_000);
    kubectl(["delete", "pod", pod, "--namespace", "default", "--grace-period=0", "--force"]);
  },
);

test("a session leaves nothing: no program, no name in the engine, no folder", { skip }, async () => {
  const image = made(new VersionedImage());
  const before = openShells(node);
  const own = opened();
  await own.deliver(image.build(), never);
  assert.equal(openShells(node), before + 1);
  await own.close();
  await eventually(async () => assert.equal(openShells(node), before), 10_000);
  const mine = readdirSync(tmpdir()).filter((name) => name.startsWith(`${SPOOL_PREFIX}${process.pid}-`));
  assert.ok(mine.length <= 1, "only the one that is still open");
});

function opened(through: Engine = engine, notice: (finding: Finding) => void = () => undefined): OpenDelivery {
  return clusterTypeOf(cluster).delivery(cluster, async () => through, { notice });
}

function made(image: VersionedImage): VersionedImage {
  images.push(image);
  return image;
}

/** As a push ends when nobody listens where the engine looks. */
function refuse(): Promise<never> {
  return Promise.reject(new Error("dial tcp 127.0.0.1:1: connect: connection refused"));
}

function counted(real: Engine): Engine {
  return {
    ...real,
    async open(container, command) {
      const program = await real.open(container, command);
      const write = program.input.write.bind(program.input) as (chunk: Uint8Array | string) => boolean;
      program.input.write = (chunk: Uint8Array | string) => {
        sentBytes += Buffer.byteLength(chunk);
        return write(chunk);
      };
      return program;
    },
  };
}

function startPod(tag: string): string {
  const name = `${id}-${randomBytes(3).toString("hex")}`;
  kubectl([
    "run",
    name,
    "--namespace",
    "default",
    `--image=${tag}`,
    "--image-pull-policy=Never",
    "--restart=Never",
    "--",
    "sleep",
    "60",
  ]);
  kubectl(["wait", "--namespace", "default", `pod/${name}`, "--for=condition=Ready", "--timeout=60s"]);
  return name;
}

/** MD5 of `/change` in a pod of the image. */
async function sumInPod(tag: string): Promise<string> {
  const name = startPod(tag);
  const text = kubectl(["exec", "--namespace", "default", name, "--", "md5sum", "/change"]);
  kubectl(["delete", "pod", name, "--namespace", "default", "--grace-period=0", "--force"]);
  return text.split(" ")[0] ?? "";
}
