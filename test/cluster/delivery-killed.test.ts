import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { connectEngine } from "../../dev/build/engine.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { SPOOL_PREFIX } from "../../dev/delivery/sink/blobs.ts";
import { eventually } from "../services/docker.ts";
import { provenCluster, skipWithoutCluster } from "../support/cluster.ts";
import { VersionedImage, openShells } from "../support/delivered.ts";

const skip = skipWithoutCluster();
const PROGRAM = join(import.meta.dirname, "../support/deliver-forever.ts");

test("what a killed session left, the next one takes away", { skip, timeout: 120_000 }, async (t) => {
  const cluster = await provenCluster();
  const engine = await connectEngine(cluster.dockerSocketPath ?? "");
  const node = cluster.nodes[0]?.name ?? "";
  const killed = spawn(process.execPath, ["--import", "tsx", PROGRAM], { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: killed.stdout })[Symbol.asyncIterator]();
  const { value: repository } = await lines.next();
  for (let i = 0; i < 2; i++) assert.equal((await lines.next()).value, "delivered");
  // One, and a child of its own while it imports.
  assert.ok(openShells(node, killed.pid) >= 1);
  killed.kill("SIGKILL");
  await once(killed, "exit");
  const left = new VersionedImage([], "busybox:1.36", String(repository));
  const next = new VersionedImage();
  t.after(async () => {
    for (const image of [left, next]) image.remove(cluster.nodes.map(({ name }) => name));
    await cluster.release();
  });
  const pid = killed.pid ?? 0;
  assert.notDeepEqual(foldersOf(killed.pid), [], "it left a folder");
  assert.notDeepEqual(await sinkNames(), [], "and names");
  // Its program in the node ends by itself, with the connection.
  await eventually(async () => assert.equal(openShells(node, pid), 0), 10_000);
  const delivery = clusterTypeOf(cluster).delivery(cluster, async () => engine);
  await delivery.deliver(next.build("next"), new AbortController().signal);
  await eventually(async () => assert.deepEqual(foldersOf(killed.pid), []), 20_000);
  await eventually(async () => assert.deepEqual(await sinkNames(), []), 20_000);
  await delivery.close();

  /** Those of other sessions, which run at the same time, are none of ours. */
  async function sinkNames(): Promise<readonly string[]> {
    const names = await engine.images.names("*/slipway/*");
    const port = names.length === 0 ? [] : names.map((name) => Number(/:(\d+)\//.exec(name)?.[1]));
    const dead = await Promise.all(port.map(async (one) => !(await answers(one))));
    return names.filter((_, i) => dead[i]);
  }
});

async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/v2/`).then(
    () => true,
    () => false,
  );
}

function foldersOf(pid: number | undefined): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`${SPOOL_PREFIX}${pid}-`));
}
