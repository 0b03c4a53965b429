import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diagnose } from "../../dev/cluster/diagnosis.ts";
import type { Pod, PodEvent } from "../../dev/sources/pod.ts";
import { newestReplicaSet } from "../../dev/cluster/revision.ts";
import { type Workload, rolloutOf } from "../../dev/cluster/rollout.ts";
import { secretFindings } from "../../dev/cluster/secrets.ts";
import { stuckPods } from "../../dev/cluster/stuck-pods.ts";

// Pods as a kubelet of Kubernetes 1.33 has reported them, each broken in one way, with their events.
const FOLDER = join(import.meta.dirname, "pods");
const read = (name: string): { readonly pod: Pod; readonly events: readonly PodEvent[] } =>
  JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8"));

const TABLE: Readonly<Record<string, readonly [code: string | null, isFinal: boolean, words: RegExp]>> = {
  claim: ["POD_UNSCHEDULABLE", false, /persistentvolumeclaim "absent" not found/],
  command: ["POD_START", true, /"serve" is not a program in its image/],
  completed: ["POD_ENDED", true, /ended by itself with code 0/],
  config: ["CONFIG_MISSING", true, /ConfigMap absent does not exist/],
  cpu: ["POD_UNSCHEDULABLE", false, /Insufficient cpu/],
  crash: ["POD_CRASHED", true, /exited with code 1: Error: no database url given$/],
  gpu: ["POD_UNSCHEDULABLE", false, /Insufficient nvidia.com\/gpu/],
  image: ["POD_IMAGE", true, /no image docker.io\/acme\/nothing:1, and its registry cannot be reached/],
  init: ["POD_CRASHED", true, /container migrate exited with code 3: relation users exists/],
  liveness: ["POD_PROBE", false, /Liveness probe failed/],
  memory: ["POD_OUT_OF_MEMORY", true, /used more memory than its limit/],
  never: ["POD_IMAGE", true, /no image acme\/nothing:1/],
  readiness: ["POD_PROBE", false, /Readiness probe failed: Get .*: connection refused/],
  root: ["POD_ROOT", true, /runs as root/],
  "secret-file": ["SECRET_MISSING", true, /Secret absent does not exist/],
  "secret-file-key": ["SECRET_KEY_MISSING", true, /no key password/],
  "secret-key": ["SECRET_KEY_MISSING", true, /half has no key password/],
  "secret-variable": ["SECRET_MISSING", true, /Secret absent does not exist/],
  well: [null, false, /^$/],
};

test("every recorded pod is in the table", () => {
  assert.deepEqual(
    readdirSync(FOLDER)
      .map((file) => file.replace(".json", ""))
      .toSorted(),
    Object.keys(TABLE).toSorted(),
  );
});

for (const [name, [code, isFinal, words]] of Object.entries(TABLE))
  test(`a pod's trouble in one line: ${name}`, () => {
    const { pod, events } = read(name);
    const found = diagnose(pod, { environment: "local", ageMs: 15_000, events });
    assert.equal(found?.finding.code ?? null, code);
    if (!found) return;
    assert.match(found.finding.message, words);
    assert.equal(found.isFinal, isFinal);
    assert.ok(
      !found.finding.message.includes("\n") && found.finding.fix.length > 0 && !/<\w+>/.test(found.finding.fix),
      found.finding.fix,
    );
  });

test("what may pass by itself is no trouble at first", () => {
  for (const name of ["cpu", "readiness"])
    assert.equal(
      diagnose(read(name).pod, { environment: "local", ageMs: 1000, events: read(name).events }),
      null,
      name,
    );
});

const deployment = { kind: "Deployment", metadata: { name: "core", generation: 2 }, spec: { replicas: 1 } } as const;
const set = { kind: "StatefulSet", metadata: { name: "db", generation: 1 }, spec: { replicas: 1 } } as const;
const daemon = { kind: "DaemonSet", metadata: { name: "agent", generation: 1 }, spec: {} };
const job = { kind: "Job", metadata: { name: "migrate" }, spec: {} } as const;

for (const [name, workload, state] of [
  [
    "an older generation was observed",
    { ...deployment, status: { observedGeneration: 1, updatedReplicas: 1 } },
    "waiting",
  ],
  [
    "the new pod is not available beside the old one",
    { ...deployment, status: { observedGeneration: 2, updatedReplicas: 1, unavailableReplicas: 1 } },
    "waiting",
  ],
  ["the new pod is available", { ...deployment, status: { observedGeneration: 2, updatedReplicas: 1 } }, "ready"],
  [
    "pods cannot be created",
    {
      ...deployment,
      status: {
        observedGeneration: 2,
        conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota" }],
      },
    },
    "failed",
  ],
  [
    "a set's former revision runs",
    { ...set, status: { observedGeneration: 1, readyReplicas: 1, currentRevision: "a", updateRevision: "b" } },
    "waiting",
  ],
  [
    "a set is rolled out",
    { ...set, status: { observedGeneration: 1, readyReplicas: 1, currentRevision: "b", updateRevision: "b" } },
    "ready",
  ],
  [
    "pods of a set below its partition stay as they are",
    {
      ...set,
      spec: { replicas: 2, updateStrategy: { rollingUpdate: { partition: 1 } } },
      status: {
        observedGeneration: 1,
        readyReplicas: 2,
        updatedReplicas: 1,
        currentRevision: "a",
        updateRevision: "b",
      },
    },
    "ready",
  ],
  [
    "a node still runs the former pod",
    {
      ...daemon,
      status: { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 1, numberAvailable: 2 },
    },
    "waiting",
  ],
  [
    "a pod of each node is available",
    {
      ...daemon,
      status: { observedGeneration: 1, desiredNumberScheduled: 2, updatedNumberScheduled: 2, numberAvailable: 2 },
    },
    "ready",
  ],
  ["a job runs", { ...job, status: {} }, "waiting"],
  ["a job is done", { ...job, status: { conditions: [{ type: "Complete", status: "True" }] } }, "ready"],
  ["a job has failed", { ...job, status: { conditions: [{ type: "Failed", status: "True" }] } }, "failed"],
  [
    "nothing wanted, nothing there",
    { ...deployment, spec: { replicas: 0 }, status: { observedGeneration: 2 } },
    "ready",
  ],
] as const satisfies readonly (readonly [string, Workload, string])[])
  test(`rolled out or not: ${name}`, () => assert.equal(rolloutOf(workload).state, state));

test("the newest ReplicaSet is the one of the highest revision, not the youngest", () => {
  const of = (name: string, revision: number) => ({
    metadata: { name, annotations: { "deployment.kubernetes.io/revision": String(revision) } },
  });
  assert.equal(newestReplicaSet([of("a", 9), of("b", 10), of("c", 2)]), "b");
  assert.equal(newestReplicaSet([]), null);
});

test("a set is freed of broken pods of its former revision, and of no others", () => {
  const pod = (name: string, revision: string, phase: string, ready = "False"): Pod => ({
    metadata: {
      name,
      labels: { "controller-revision-hash": revision },
      ownerReferences: [{ kind: "StatefulSet", name: "db" }],
    },
    status: { phase, conditions: [{ type: "Ready", status: ready }] },
  });
  const status = { observedGeneration: 1, currentRevision: "a", updateRevision: "b" };
  assert.deepEqual(
    stuckPods({ ...set, status }, [
      pod("db-0", "a", "Pending"),
      pod("db-1", "b", "Pending"),
      pod("db-2", "a", "Running", "True"),
      pod("db-3", "a", "Running"),
    ]),
    ["db-0"],
  );
  assert.deepEqual(
    stuckPods({ ...set, status: { ...status, updateRevision: "a" } }, [pod("db-0", "a", "Pending")]),
    [],
  );
});

test("a missing Secret, and a missing key of one, are told before anything waits for them", () => {
  const secret = { name: "db", namespace: "acme", keys: ["user", "password"], readers: ["core"] };
  const codes = (name: string, keys: readonly string[] | null): string[] =>
    secretFindings([secret], new Map([[name, keys]]), "local").map(({ code }) => code);
  assert.deepEqual(codes("acme/db", ["user", "password"]), []);
  assert.deepEqual(codes("acme/db", ["user"]), ["SECRET_KEY_MISSING"]);
  assert.deepEqual(codes("other/db", ["user", "password"]), ["SECRET_MISSING"]);
  assert.deepEqual(codes("acme/db", null), [], "nobody can tell");
  assert.match(secretFindings([secret], new Map(), "local")[0]?.fix ?? "", /npm run secrets -- local/);
});
