import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connectEngine } from "../../dev/build/engine.ts";
import type { DeliverStep } from "../../dev/core/step.ts";
import type { OpenDelivery } from "../../dev/delivery/cluster-type.ts";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import { type LockedCluster, lockCluster } from "../../tools/cluster/context-lock.ts";
import { systemExec } from "../../tools/lib/exec.ts";
import { median } from "../bench/measure.ts";
import { eventually } from "../services/docker.ts";
import { kubectl, skipWithoutCluster } from "../support/cluster.ts";
import { VersionedImage, ctr, openShells } from "../support/delivered.ts";
import { skipWithout } from "../support/skip.ts";

// A cluster of three nodes, made for this test and removed after it.

const never = new AbortController().signal;
const folder = mkdtempSync(join(tmpdir(), "slipway-nodes-"));
const name = `threenodes-${randomBytes(2).toString("hex")}`;
const skip = skipWithoutCluster() || skipWithout(spawnSync("kind", ["version"]).status === 0, "kind");
let cluster: LockedCluster;

before(() => {
  if (skip) return;
  const version = JSON.parse(kubectl(["version", "-o", "json"])) as {
    readonly serverVersion: { readonly gitVersion: string };
  };
  // Its own kubeconfig: kind makes every new cluster the current one.
  process.env["KUBECONFIG"] = join(folder, "kubeconfig");
  writeFileSync(
    join(folder, "kind.yaml"),
    "kind: Cluster\napiVersion: kind.x-k8s.io/v1alpha4\nnodes: [{ role: control-plane }, { role: worker }, { role: worker }]\n",
  );
  const image = `kindest/node:${version.serverVersion.gitVersion}`;
  execFileSync(
    "kind",
    ["create", "cluster", "--name", name, "--image", image, "--config", join(folder, "kind.yaml"), "--wait", "180s"],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
});

after(async () => {
  if (skip) return;
  await cluster?.release();
  execFileSync("kind", ["delete", "cluster", "--name", name], { stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
});

test("three nodes get an image at the same time, and a pod starts on each", { skip, timeout: 600_000 }, async (t) => {
  cluster = await lockCluster({ exec: systemExec, root: ".", allowedContexts: [] });
  assert.equal(cluster.nodes.length, 3);
  const engine = await connectEngine(cluster.dockerSocketPath ?? "");
  const [three, one] = [cluster, { ...cluster, nodes: cluster.nodes.slice(0, 1) }].map((seen) =>
    clusterTypeOf(seen).delivery(seen, async () => engine),
  );
  assert.ok(three && one);
  const image = new VersionedImage([20, 20]);
  t.after(() => image.remove([]));
  await three.deliver(image.build(), never);
  const times: { readonly three: number[]; readonly one: number[] } = { three: [], one: [] };
  for (let i = 0; i < 10; i++) {
    times.one.push(await timeOf(one, image.build()));
    times.three.push(await timeOf(three, image.build()));
  }
  const step = image.build();
  await three.deliver(step, never);
  for (const { name: node } of cluster.nodes)
    assert.match(ctr(node, "images", "check", `name==docker.io/${step.tag}`), /complete .* true\s*$/m);
  runEverywhere(step.tag);
  await Promise.all([three.close(), one.close()]);
  // A node ends what it is at before its program ends.
  for (const { name: node } of cluster.nodes) await eventually(async () => assert.equal(openShells(node), 0), 10_000);
  const [ofThree, ofOne] = [median(times.three), median(times.one)];
  t.diagnostic(
    `one node ${Math.round(ofOne)} ms, three nodes ${Math.round(ofThree)} ms: ${(ofThree / ofOne).toFixed(2)} times`,
  );
  // On two cores three imports cannot be one; but it must never be one after the other with a push each.
  assert.ok(ofThree < 3 * ofOne);
});

async function timeOf(delivery: OpenDelivery, step: DeliverStep): Promise<number> {
  const start = performance.now();
  await delivery.deliver(step, never);
  return performance.now() - start;
}

function runEverywhere(tag: string): void {
  const labels = { app: "everywhere" };
  const spec = {
    tolerations: [{ operator: "Exists" }],
    containers: [{ name: "x", image: tag, imagePullPolicy: "Never", command: ["sleep", "60"] }],
    terminationGracePeriodSeconds: 0,
  };
  const object = {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    metadata: { name: "everywhere", namespace: "default" },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  kubectl(["apply", "-f", "-"], JSON.stringify(object));
  kubectl(["rollout", "status", "daemonset/everywhere", "--namespace", "default", "--timeout=120s"]);
}
