import assert from "node:assert/strict";
import { test } from "node:test";
import { readSurroundings } from "../../tools/commands/check.ts";
import type { Subject } from "../../tools/policy/check.ts";
import { fetchesIn } from "../../tools/policy/fetches.ts";
import { declaredExceptions } from "../../tools/policy/exceptions.ts";
import { CHECKS, type Report, runChecks } from "../../tools/policy/run.ts";
import { type Surroundings, subjectOf } from "../../tools/policy/subject.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import type { Placed } from "../../tools/render/render.ts";
import { buildContexts } from "../support/build-contexts.ts";
import { FILES } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { PLANTED, type Planted } from "../support/planted/index.ts";
import { policyRegistry } from "../support/policy-registry.ts";
import { ROOTS } from "../support/roots.ts";

const TODAY = "2030-06-15";

for (const root of ROOTS)
  test(`in ${root} nothing is found beyond its declared exceptions, and each of those is needed`, async () => {
    const { inputs, warnings } = await readInputs(root);
    const { findings, objects } = reportOf(inputs, {}, await readSurroundings(root, inputs));
    assert.deepEqual([...warnings, ...findings], []);
    assert.ok(objects > 10);
  });

for (const planted of PLANTED)
  test(`${planted.code} finds a violation by ${planted.by}`, () => {
    const { code, where, also = [] } = planted;
    const { findings } = plantedReport(planted);
    const found = findings.filter((finding) => finding.code === code);
    assert.deepEqual(found.map((finding) => finding.where.replace(/-[0-9a-f]{8}$/, "-*")).toSorted(), where.toSorted());
    for (const { message, fix } of found) assert.ok(message.length > 10 && fix.length > 3, message + fix);
    const others = findings.map((finding) => finding.code).filter((one) => one !== code);
    assert.deepEqual(new Set(others), new Set(also));
  });

test("every check has a planted violation", () => {
  assert.deepEqual(new Set(PLANTED.map(({ code }) => code)), new Set(CHECKS.map(({ code }) => code)));
});

test("every check has a code of its own, a title, and tags that name who else asks for it", () => {
  const codes = CHECKS.map(({ code }) => code);
  assert.deepEqual(codes, [...new Set(codes)]);
  for (const { code, title, tags } of CHECKS) {
    assert.match(code, /^[A-Z][A-Z_]+[A-Z]$/);
    assert.ok(title.length > 15, code);
    assert.deepEqual(tags, [...new Set(tags)], code);
    for (const tag of tags) assert.match(tag, /^[a-z0-9-]+(\/[\w./-]+)?$/, code);
  }
});

test("a program that is removed fetches nothing; what runs after it does", () => {
  assert.deepEqual(fetchesIn("rm -rf /usr/local/bin/npm /usr/local/bin/npx /opt/yarn-*"), []);
  assert.deepEqual(fetchesIn("rm -rf /var/cache/x; npm ci && rm -rf /usr/local/bin/npx"), ["npm"]);
});

test("the registry that these are planted in has nothing else", () => {
  const { findings, answered } = plantedReport({});
  assert.deepEqual(findings, []);
  assert.deepEqual(new Set(answered.map(({ finding }) => finding.code)), new Set(["IMAGE_DIGEST"]));
});

test("an enclave without a registry of its own is told so", () => {
  const { findings } = plantedReport({ change: ({ environments }) => void delete environments!["enclave"].registry });
  const fixes = findings.filter(({ code }) => code === "PUBLIC_REGISTRY").map(({ fix }) => fix);
  assert.ok(fixes.length > 0);
  for (const fix of fixes) assert.match(fix, /environments\.enclave\.registry/);
});

// Whatever somebody else wrote must be answered for, never a crash.
for (const spec of [null, 7, "x", [], { template: null }, { template: { spec: { containers: null } } }, halfWritten()])
  test(`an object of an unknown shape is survived: ${JSON.stringify(spec)?.slice(0, 60)}`, () => {
    const kinds = ["Deployment", "CronJob", "Ingress", "NetworkPolicy", "Role", "RoleBinding", "Service", "Widget"];
    const add = kinds.map((kind) => ({ apiVersion: "v1", kind, metadata: { name: "x", namespace: "front" }, spec }));
    assert.doesNotThrow(() =>
      plantedReport({ add: [...add, { apiVersion: "v1", kind: "Namespace", metadata: { name: "y" } }] }),
    );
  });

function halfWritten(): object {
  const container = { name: 7, env: [null, { name: "A" }], ports: [{}], resources: [], securityContext: "none" };
  return {
    template: { metadata: { labels: ["x"] }, spec: { containers: [container, null, "x"], volumes: [null, {}] } },
    rules: [null, { http: { paths: [{}] } }],
    egress: [{ to: [null, {}], ports: [{ port: "dns" }] }],
    ports: [null, { port: "x" }],
    tls: [{}],
  };
}

function plantedReport(planted: Partial<Planted>): Report {
  const inputs = { ...inputsOf(policyRegistry(planted.change), FILES), lock: planted.lock ?? {} };
  const surroundings = { contexts: buildContexts(planted.contexts), kustomizations: planted.kustomizations ?? [] };
  return reportOf(inputs, planted, surroundings);
}

function reportOf(inputs: Inputs, { edit, add = [] }: Partial<Planted>, surroundings: Surroundings): Report {
  const foreign = add.map(
    (object) =>
      ({
        object,
        home: "overlay",
        service: null,
        namespace: null,
        pointer: "",
        slug: null,
        manifest: null,
        description: null,
      }) as Placed,
  );
  const subjects = Object.keys(inputs.registry.environments).map((environment): Subject => {
    const subject = subjectOf(inputs, environment, surroundings);
    return { ...subject, placed: [...subject.placed.flatMap((placed) => edited(placed, edit)), ...foreign] };
  });
  return runChecks(subjects, declaredExceptions(inputs), TODAY);
}

function edited(placed: Placed, edit: NonNullable<Planted["edit"]> = (object) => object): Placed[] {
  const object = edit(placed.object);
  return object ? [{ ...placed, object }] : [];
}
