import assert from "node:assert/strict";
import { test } from "node:test";
import { type ReplicaSet, newestReplicaSet } from "../../dev/cluster/revision.ts";
import { type Workload, rolloutOf } from "../../dev/cluster/rollout.ts";
import { stuckPods } from "../../dev/cluster/stuck-pods.ts";
import type { Pod } from "../../dev/sources/pod.ts";

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
    "pods cannot be created, which may pass",
    {
      ...deployment,
      status: {
        observedGeneration: 2,
        conditions: [{ type: "ReplicaFailure", status: "True", message: "exceeded quota" }],
      },
    },
    "waiting",
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
  test(`rolled out or not: ${name}`, () => assert.equal(rolloutOf(workload), state));

test("the newest ReplicaSet is the one of the Deployment's revision, not the youngest, and none while it is behind", () => {
  const of = (name: string, revision: number): ReplicaSet => ({
    metadata: {
      name,
      annotations: { "deployment.kubernetes.io/revision": String(revision) },
      ownerReferences: [{ kind: "Deployment", name: "core", uid: "1" }],
    },
  });
  const at = (revision: number, generation: number, observedGeneration: number): Workload => ({
    ...deployment,
    metadata: {
      name: "core",
      uid: "1",
      generation,
      annotations: { "deployment.kubernetes.io/revision": `${revision}` },
    },
    status: { observedGeneration },
  });
  const sets = [of("a", 9), of("b", 10), of("c", 2)];
  assert.equal(newestReplicaSet(at(10, 3, 3), sets)?.metadata.name, "b");
  assert.equal(newestReplicaSet(at(10, 4, 3), sets), null);
  assert.equal(newestReplicaSet(at(11, 4, 4), sets), null);
  assert.equal(newestReplicaSet(at(2, 4, 4), []), null);
  assert.equal(newestReplicaSet(at(1, 1, 0), [of("first", 1)])?.metadata.name, "first");
});

const namesOf = (workload: Workload, pods: readonly Pod[]): string[] =>
  stuckPods(workload, pods).map(({ metadata }) => metadata.name);

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
    namesOf({ ...set, status }, [
      pod("db-0", "a", "Pending"),
      pod("db-1", "b", "Pending"),
      pod("db-2", "a", "Running", "True"),
      pod("db-3", "a", "Running"),
    ]),
    ["db-0"],
  );
  assert.deepEqual(namesOf({ ...set, status: { ...status, updateRevision: "a" } }, [pod("db-0", "a", "Pending")]), []);
});
