import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { diagnose, findingOf } from "../../dev/cluster/diagnosis/diagnose.ts";
import type { Evidence, Verdict } from "../../dev/cluster/diagnosis/evidence.ts";
import { secretFindings } from "../../dev/cluster/secrets.ts";

// Pods as a kubelet of Kubernetes 1.33 has reported them, each broken in one way, with all else that was known of them:
// recorded by RECORD=1 node --import tsx --test test/cluster/observe.test.ts
const FOLDER = join(import.meta.dirname, "pods");
const read = (name: string): Evidence => JSON.parse(readFileSync(join(FOLDER, `${name}.json`), "utf8")) as Evidence;

/** Name → code and message; null for a pod that is well. */
const TABLE: Readonly<Record<string, readonly [code: string, message: string] | null>> = {
  "claim-absent": ["CLAIM_MISSING", 'no node takes it: persistentvolumeclaim "absent" not found'],
  "claim-class": ["CLAIM_CLASS", "the claim claim-class wants the StorageClass acme-absent, which does not exist"],
  "claim-mode": [
    "CLAIM_ACCESS_MODE",
    'the claim claim-mode gets no volume, since its StorageClass does not know its access mode: failed to provision volume with StorageClass "standard": NodePath only supports ReadWriteOnce and ReadWriteOncePod (1.22+) access modes',
  ],
  "claim-provisioner": [
    "CLAIM_PROVISIONER",
    "the claim claim-provisioner gets no volume: the provisioner example.com/nobody does not answer",
  ],
  command: ["POD_START", 'container main cannot start: "serve" is not a program in its image'],
  "config-file-key": ["CONFIG_KEY_MISSING", "the ConfigMap half-configmap has no key app.conf"],
  "config-variable": ["CONFIG_MISSING", "container main: the ConfigMap absent does not exist"],
  cpu: ["POD_RESOURCES", "no node takes it: none has the 100 cpu left that it requests"],
  crash: ["POD_CRASHED", "container main exited with code 1: Error: no database url given"],
  dependent: [
    "POD_PROBE",
    "the readiness probe of container main fails: a connection to port 8080 was refused: nothing listens there",
  ],
  ended: ["POD_ENDED", "container main ended by itself with code 0; a service must go on running"],
  gpu: ["POD_GPU", "no node takes it: none has a nvidia.com/gpu left"],
  "host-port": ["POD_HOST_PORT", "no node takes it: port 20000 of the node is taken by another pod"],
  "image-absent": [
    "POD_IMAGE_NOT_FOUND",
    "container main: the node has no image localhost:20000/acme/nothing:1, and its registry does not have it",
  ],
  "image-denied": [
    "POD_IMAGE_DENIED",
    "container main: the node has no image localhost:23212/denied/nothing:1, and its registry does not give it without credentials (or does not have it)",
  ],
  "image-never": ["POD_IMAGE_MISSING", "container main: the node has no image acme/nothing:1, and must not pull it"],
  "image-unreachable": [
    "POD_IMAGE_UNREACHABLE",
    "container main: the node has no image registry.invalid/acme/nothing:1, and its registry cannot be reached",
  ],
  init: ["POD_CRASHED", "init container migrate exited with code 3: relation users exists"],
  liveness: [
    "POD_PROBE",
    "container main was restarted: the liveness probe of container main fails: GET /live on port 8080 was refused: nothing listens there",
  ],
  memory: ["POD_OUT_OF_MEMORY", "container main used more memory than its limit of 16Mi and was killed"],
  "much-memory": ["POD_RESOURCES", "no node takes it: none has the 900Gi memory left that it requests"],
  node: ["NODE_NOT_READY", "the node acme-node is not Ready: container runtime is down"],
  platform: [
    "POD_PLATFORM",
    "container main: /v/program is for another processor than this node's (amd64), or a script without #!",
  ],
  "port-taken": [
    "POD_PORT_TAKEN",
    "container main: its port is taken by another program of its pod: httpd: bind: Address already in use",
  ],
  "read-only": [
    "POD_READ_ONLY",
    "container main writes to /data.txt, which is read-only: sh: can't create /data.txt: Read-only file system",
  ],
  readiness: ["POD_PROBE", "the readiness probe of container main fails: GET /absent on port 8080 was answered 404"],
  refused: [
    "POD_PROBE",
    "the readiness probe of container main fails: a connection to port 8080 was refused: nothing listens there",
  ],
  root: ["POD_ROOT", "container main: its image runs as root, which the pod forbids"],
  "secret-file": ["SECRET_MISSING", "the Secret absent does not exist"],
  "secret-key": ["SECRET_KEY_MISSING", "container main: the Secret half-secret has no key password"],
  "secret-variable": ["SECRET_MISSING", "container main: the Secret absent does not exist"],
  selector: ["POD_NODE_SELECTOR", "no node takes it: none has the labels that it demands (zone=absent)"],
  startup: [
    "POD_PROBE",
    "container main was restarted: the startup probe of container main fails: \"cat /ready\" said: cat: can't open '/ready': No such file or directory",
  ],
  taint: ["POD_TAINT", "no node takes it: it does not tolerate the taint {slipway-test}"],
  "unknown-host": [
    "POD_DEPENDENCY",
    "container main asks for the host crahs.absent, which nobody has: wget: bad address 'crahs.absent:8080'",
  ],
  volume: [
    "POD_VOLUME",
    "the volume v cannot be mounted: hostPath type check failed: /absent-folder is not a directory",
  ],
  waiting: [
    "POD_CRASHED",
    "container main exited with code 5: wget: can't connect to remote host (10.96.94.191): Connection refused",
  ],
  well: null,
};

test("every recorded pod is in the table", () => {
  assert.deepEqual(
    readdirSync(FOLDER)
      .map((file) => file.replace(".json", ""))
      .toSorted(),
    Object.keys(TABLE).toSorted(),
  );
});

for (const [name, expected] of Object.entries(TABLE))
  test(`a pod's trouble in one line: ${name}`, () => {
    const evidence = read(name);
    const verdict = diagnose(evidence);
    assert.deepEqual(saidBy(verdict), expected);
    if (verdict.state !== "trouble") return;
    const { fix, where, message } = findingOf(verdict.found, evidence.pod, "local");
    assert.doesNotMatch(`${where}${message}${fix}`, /\n|<(?:pod|env|image)>/);
    assert.ok(fix.length > 0);
  });

function saidBy(verdict: Verdict): readonly [string, string] | null {
  return verdict.state === "trouble" ? [verdict.found.code, verdict.found.message] : null;
}

test("what may pass by itself is no trouble at first", () => {
  for (const name of ["cpu", "readiness", "refused", "claim-provisioner"]) {
    const evidence = read(name);
    const nowMs = Date.parse(evidence.pod.metadata.creationTimestamp ?? "") + 1000;
    assert.equal(diagnose({ ...evidence, nowMs }).state, "starting", name);
  }
});

test("who waits for others is in no trouble, unless it can never go on", () => {
  const waits = (name: string): unknown => {
    const dependencies = { declared: ["db"], missing: ["db"], readySinceMs: 0, hosts: {} };
    const verdict = diagnose({ ...read(name), dependencies });
    return verdict.state === "waits" ? verdict.on : verdict.state;
  };
  for (const name of ["crash", "readiness", "refused"]) assert.deepEqual(waits(name), ["db"], name);
  for (const name of ["memory", "port-taken", "read-only", "command", "config-variable", "cpu", "platform"])
    assert.equal(waits(name), "trouble", name);
});

test("a run that began before its dependencies were Ready says nothing by its end; the next one does", () => {
  const evidence = read("crash");
  const since = (readySinceMs: number): string =>
    diagnose({ ...evidence, dependencies: { declared: ["db"], missing: [], readySinceMs, hosts: {} } }).state;
  assert.equal(since(evidence.nowMs), "starting");
  assert.equal(since(Date.parse(evidence.pod.metadata.creationTimestamp ?? "") - 60_000), "trouble");
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
