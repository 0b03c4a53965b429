import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { clusterTypeOf } from "../../dev/delivery/select.ts";
import * as types from "../../dev/delivery/index.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { type Evidence, judge } from "../../tools/cluster/judge.ts";
import { nodeContainer } from "../../tools/cluster/node-container.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { SEEN_CLUSTERS, type SeenCluster } from "../support/clusters.ts";

const machine = { name: "laptop", id: "4f1c" };

for (const seen of SEEN_CLUSTERS) {
  const where = "recorded" in seen.source ? `recorded: ${seen.source.recorded}` : "from documentation, not recorded";
  test(`${seen.type} at ${seen.server} is recognised (${where})`, () => {
    const verdict = judge(evidenceOf(seen));
    assert.ok(verdict.isLocal, verdict.reason);
    assert.equal(clusterTypeOf(lockedAs(seen)).id, seen.type);
  });
}

test("every type has a cluster that shows it", () => {
  const ids = Object.values(types).map(({ id }) => id);
  assert.deepEqual([...new Set(SEEN_CLUSTERS.map(({ type }) => type))].toSorted(), ids.toSorted());
});

test("docs/clusters.md says of every type whether it was seen", () => {
  const rows = [...readFileSync("docs/clusters.md", "utf8").matchAll(/^\| `([\w-]+)` \|.*\| ([^|]+) \|$/gm)];
  const recorded = new Set(SEEN_CLUSTERS.filter(({ source }) => "recorded" in source).map(({ type }) => type));
  assert.deepEqual(
    new Set(rows.map(([, type, state = ""]) => `${type} ${state.startsWith("**proven**")}`)),
    new Set(Object.values(types).map(({ id }) => `${id} ${recorded.has(id)}`)),
  );
});

test("no cluster is taken for two types", () => {
  for (const seen of SEEN_CLUSTERS) {
    const matching = Object.values(types).filter((type) => type.matches(lockedAs(seen)));
    assert.deepEqual(
      matching.map(({ id }) => id),
      [seen.type],
    );
  }
});

test("only what runs pods is a node", () => {
  const names = SEEN_CLUSTERS.map((seen) => lockedAs(seen).nodes.map(({ name }) => name));
  assert.deepEqual(names, [
    ["slipway-control-plane"],
    ["ha-control-plane", "ha-control-plane2", "ha-worker"],
    ["desktop-control-plane", "desktop-worker"],
    ["k3d-dev-server-0", "k3d-dev-agent-0"],
    ["minikube"],
    [],
    [],
    [],
    [],
  ]);
});

test("a node that only resembles an engine of this machine proves nothing", () => {
  const desktop = SEEN_CLUSTERS.find(
    ({ engine, type }) => type === "shared-engine" && engine.name === "docker-desktop",
  );
  assert.ok(desktop);
  const [node] = desktop.apiNodes;
  assert.ok(node);
  for (const change of [{ name: "prod-1" }, { runtimeVersion: "docker://24.0.1" }, { kernelVersion: "5.15" }]) {
    const changed: SeenCluster = { ...desktop, apiNodes: [{ ...node, ...change }] };
    assert.equal(judge(evidenceOf(changed)).isLocal, false);
  }
  assert.equal(judge(evidenceOf({ ...desktop, server: "https://api.prod.example:6443" })).isLocal, false);
  assert.equal(judge(evidenceOf({ ...desktop, apiNodes: [node, { ...node, name: "other" }] })).isLocal, false);
});

test("minikube with Docker inside says how to build there", () => {
  const minikube = SEEN_CLUSTERS.find(({ type }) => type === "minikube");
  assert.ok(minikube);
  const node = { name: "minikube", runtimeVersion: "docker://27.4.1", kernelVersion: "6.8.0", machineId: "" };
  assert.throws(
    () => clusterTypeOf(lockedAs({ ...minikube, apiNodes: [node] })),
    (error) =>
      error instanceof UserError &&
      error.findings[0]?.code === "CLUSTER_TYPE_UNKNOWN" &&
      error.findings[0].fix.includes("minikube docker-env"),
  );
});

test("of a cluster that is only allowed by name nothing is known", () => {
  const cluster = { context: "shared", distribution: null, engine: null, apiNodes: [], nodes: [], machine };
  assert.throws(() => clusterTypeOf(cluster as unknown as LockedCluster), UserError);
});

function evidenceOf({ server, containers, engine, apiNodes }: SeenCluster): Evidence {
  const nodes = containers.flatMap((container) => nodeContainer(container) ?? []);
  return { context: "any", server, proxyUrl: null, nodes, engines: [engine], apiNodes, machine, allowedContexts: [] };
}

/** As the context lock would give it. */
function lockedAs(seen: SeenCluster): LockedCluster {
  const evidence = evidenceOf(seen);
  const verdict = judge(evidence);
  assert.ok(verdict.isLocal);
  const { distribution = null, cluster = null } = verdict.containers ?? {};
  const nodes = evidence.nodes.filter((node) => node.isNode && node.cluster === cluster);
  return {
    context: "any",
    distribution,
    engine: seen.engine,
    apiNodes: seen.apiNodes,
    nodes,
    machine,
  } as unknown as LockedCluster;
}
