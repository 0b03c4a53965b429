import assert from "node:assert/strict";
import { existsSync, statSync } from "node:fs";
import { test } from "node:test";
import { lockCluster, remoteCluster } from "../../tools/cluster/context-lock.ts";
import { type Evidence, type NodeContainer, judge } from "../../tools/cluster/judge.ts";
import { UserError } from "../../tools/lib/errors.ts";
import type { Exec, ExecResult } from "../../tools/lib/exec.ts";

const node: NodeContainer = {
  name: "acme-control-plane",
  distribution: "kind",
  cluster: "acme",
  isControlPlane: true,
  isNode: true,
  published: [{ address: "127.0.0.1", port: 6443 }],
  addresses: ["172.18.0.2"],
};
const local: Evidence = {
  context: "kind-acme",
  server: "https://127.0.0.1:6443",
  proxyUrl: null,
  nodes: [node],
  engines: [],
  apiNodes: [],
  machine: { name: "laptop", id: "" },
  allowedContexts: [],
};

for (const [name, change, isLocal] of [
  ["a loopback server that a control plane here publishes is local", {}, true],
  [
    "a context called kind-prod with a public server is not",
    { context: "kind-prod", server: "https://api.prod.example:6443" },
    false,
  ],
  ["a public address with the right port is not", { server: "https://203.0.113.7:6443" }, false],
  ["a loopback server without a container (a tunnel) is not", { nodes: [] }, false],
  ["another port than the published one is not", { server: "https://127.0.0.1:6444" }, false],
  ["a worker's port proves nothing", { nodes: [{ ...node, isControlPlane: false }] }, false],
  [
    "a port published on another address is another thing",
    { nodes: [{ ...node, published: [{ address: "127.0.0.2", port: 6443 }] }] },
    false,
  ],
  [
    "a port published everywhere counts",
    { nodes: [{ ...node, published: [{ address: "0.0.0.0", port: 6443 }] }] },
    true,
  ],
  ["localhost is loopback", { server: "https://localhost:6443" }, true],
  [
    "so is ::1, where it is published",
    { server: "https://[::1]:6443", nodes: [{ ...node, published: [{ address: "::", port: 6443 }] }] },
    true,
  ],
  ["a name that only begins like a loopback address is not", { server: "https://127.0.0.1.prod.example:6443" }, false],
  ["a server behind a proxy may be anywhere", { proxyUrl: "http://proxy.example:3128" }, false],
  [
    "a context that the registry allows may be anything",
    { server: "https://10.0.0.5:6443", allowedContexts: ["kind-acme"] },
    true,
  ],
  [
    "another context's permission is no permission",
    { server: "https://10.0.0.5:6443", allowedContexts: ["kind-acm"] },
    false,
  ],
  ["a container's own address is as good as a port that it publishes", { server: "https://172.18.0.2:6443" }, true],
  ["a server that is no address is not local", { server: "nonsense" }, false],
] as const satisfies readonly (readonly [string, Partial<Evidence>, boolean])[]) {
  test(name, () => {
    const verdict = judge({ ...local, ...change });
    assert.equal(verdict.isLocal, isLocal, verdict.reason);
    assert.notEqual(verdict.reason, "");
  });
}

test("what is proven by a container says which kind cluster it is; what is allowed by name does not", () => {
  const [proven, allowed] = [judge(local), judge({ ...local, nodes: [], allowedContexts: ["kind-acme"] })];
  assert.ok(proven.isLocal && proven.containers?.cluster === "acme");
  assert.ok(allowed.isLocal && allowed.containers === null);
});

test("a cluster that is not proven local is refused, and leaves no kubeconfig behind", async () => {
  const { exec } = fakeExec("https://api.prod.example:6443");
  await assert.rejects(
    lockCluster({ exec, root: ".", allowedContexts: [], context: "kind-prod" }),
    (error) => error instanceof UserError && error.findings[0]?.code === "CONTEXT_NOT_LOCAL",
  );
});

test("the kubeconfig is frozen, private, and part of every call", async () => {
  const { exec, calls } = fakeExec("https://10.0.0.5:6443");
  const cluster = await lockCluster({ exec, root: ".", allowedContexts: ["shared"], context: "shared" });
  assert.equal(statSync(cluster.kubeconfigPath).mode & 0o777, 0o600);
  await cluster.kubectl.run(["get", "pods"]);
  assert.deepEqual(calls.at(-1), [
    "kubectl",
    "--kubeconfig",
    cluster.kubeconfigPath,
    "--context",
    "shared",
    "get",
    "pods",
  ]);
  await cluster.release();
  assert.equal(existsSync(cluster.kubeconfigPath), false);
});

test("an operator's own context needs no proof, and is frozen all the same", async () => {
  const { exec } = fakeExec("https://api.prod.example:6443");
  const cluster = await remoteCluster({ exec, context: "prod" });
  assert.equal(cluster.kindCluster, null);
  await cluster.release();
});

test("an unknown context is a finding", async () => {
  const exec: Exec = {
    ...fakeExec("").exec,
    run: async () => ({ ...done, exitCode: 1, stderr: "error: context was not found for specified context: x" }),
  };
  await assert.rejects(
    remoteCluster({ exec, context: "x" }),
    (error) => error instanceof UserError && error.findings[0]?.code === "CONTEXT_UNKNOWN",
  );
});

const done: ExecResult = { exitCode: 0, stdout: "", stderr: "", durationMs: 1 };

/** kubectl that knows one server, whatever context is asked for. */
function fakeExec(server: string): { readonly exec: Exec; readonly calls: string[][] } {
  const calls: string[][] = [];
  const run: Exec["run"] = async (program, args) => {
    calls.push([program, ...args]);
    return { ...done, stdout: JSON.stringify({ clusters: [{ cluster: { server } }] }) };
  };
  return { calls, exec: { run, start: () => assert.fail("nothing is to be started") } };
}
