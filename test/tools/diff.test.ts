import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { diffFields } from "../../tools/diff/fields.ts";
import { edgeChanges, edgeLines } from "../../tools/diff/network.ts";
import { objectChange } from "../../tools/diff/object-change.ts";
import { objectId } from "../../tools/diff/object-name.ts";
import { type EnvironmentDiff, type Side, diffPlatforms } from "../../tools/diff/platform.ts";
import { podChange } from "../../tools/diff/pods.ts";
import { parseQuantity } from "../../tools/lib/quantity.ts";
import { reportOf } from "../../tools/diff/report.ts";
import { textReport } from "../../tools/diff/text.ts";
import { sameJson } from "../../tools/lib/merge.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { arbitraryRegistry } from "../support/arbitrary-registry.ts";
import { platformOf } from "../support/diffs.ts";
import { type Draft, probe } from "../support/immutable-objects.ts";
import { inputsOf } from "../support/inputs.ts";

test("between two random registries every object that differs is told once, and no other", () => {
  fc.assert(
    fc.property(arbitraryRegistry, arbitraryRegistry, (old, wanted) => {
      const [before, after] = [platformOf(inputsOf(old)), platformOf(inputsOf(wanted))];
      for (const diff of diffPlatforms(before, after))
        assert.deepEqual(told(diff), different(before.get(diff.environment), after.get(diff.environment)));
    }),
    { numRuns: 40 },
  );
});

test("no changed object is told without what changes about it", () => {
  fc.assert(
    fc.property(arbitraryRegistry, arbitraryRegistry, (old, wanted) => {
      const diffs = diffPlatforms(platformOf(inputsOf(old)), platformOf(inputsOf(wanted)));
      for (const change of diffs.flatMap(({ changes }) => changes))
        if (change.type === "changed") assert.ok(change.fields.length + change.edges.length > 0);
      for (const line of textReport(reportOf(diffs))) assert.doesNotMatch(line, /undefined|\[object|NaN|\n/);
    }),
    { numRuns: 40 },
  );
});

test("a diff is empty exactly where both sides are equal, and turned round it adds what it removed", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (before, after) => {
      const there = diffFields({ before }, { before: after });
      const back = diffFields({ before: after }, { before });
      const of = (changes: typeof there, type: string): number => changes.filter((one) => one.type === type).length;
      assert.equal(there.length === 0, sameJson(before, after));
      assert.deepEqual([of(there, "added"), of(there, "removed")], [of(back, "removed"), of(back, "added")]);
    }),
  );
});

test("elements of lists are told by name, and never by the place that they move to", () => {
  const env = (...names: string[]): object => ({ env: names.map((name) => ({ name, value: name.toLowerCase() })) });
  assert.deepEqual(diffFields(env("A", "C"), env("A", "B", "C")), [
    { path: "env[B]", type: "added", before: null, after: { name: "B", value: "b" } },
  ]);
  assert.deepEqual(
    diffFields(env("A", "B"), env("B", "A")).map(({ path, type }) => [path, type]),
    [["env", "reordered"]],
  );
  const rules = (...hosts: string[]): object => ({ rules: hosts.map((host) => ({ host, http: host.length })) });
  assert.deepEqual(
    diffFields(rules("a.example", "b.example"), rules("a.example", "c.example")).map(({ path }) => path),
    ["rules[b.example].host"],
  );
  assert.deepEqual(
    diffFields({ args: ["--port", "80"], list: [1, 2] }, { args: ["--port", "81"], list: [1] }).map(({ path }) => path),
    ["args[1]", "list"],
  );
});

test("what an apply does to pods", () => {
  const around = { configBefore: new Map(), configAfter: new Map(), objects: [] };
  const effect = (type: string, change: (object: Draft) => unknown, start?: (object: Draft) => unknown): unknown => {
    const before = probe(type, "a", start);
    const after: KubeObject = structuredClone(before);
    change(after);
    const { type: kind, count } = podChange(before, after, around) ?? {};
    return kind === undefined ? null : `${kind} ${count}`;
  };
  const image = ({ spec }: Draft): unknown => (spec.template.spec.containers[0].image = "registry.invalid/c:2");
  const two = ({ spec }: Draft): unknown => (spec.replicas = 2);
  assert.equal(effect("apps/v1 Deployment", image), null, "no replicas, no pods");
  assert.equal(effect("apps/v1 Deployment", image, two), "restart 2");
  assert.equal(effect("apps/v1 Deployment", two), "scale 0 → 2");
  assert.equal(
    effect("apps/v1 Deployment", ({ metadata }) => (metadata.labels = {}), two),
    null,
  );
  assert.equal(effect("apps/v1 DaemonSet", image), "restart one per node");
  assert.equal(
    effect("apps/v1 StatefulSet", image, ({ spec }) =>
      Object.assign(spec, { replicas: 3, updateStrategy: { type: "OnDelete" } }),
    ),
    "when deleted 3",
  );
  const jobImage = ({ spec }: Draft): unknown => (spec.jobTemplate.spec.template.spec.containers[0].image = "c:2");
  assert.equal(
    effect("batch/v1 CronJob", jobImage, ({ spec }) => (spec.suspend = false)),
    "next run 1",
  );
  assert.equal(effect("batch/v1 CronJob", jobImage), null, "suspended");
  const config = effect("v1 ConfigMap", ({ data }) => (data.a = "2"));
  assert.equal(config, null);
});

test("an autoscaler's replicas are a range", () => {
  const scaler = probe("autoscaling/v2 HorizontalPodAutoscaler", "a");
  const before = probe("apps/v1 Deployment", "a", ({ spec }) => delete spec.replicas);
  const after = probe("apps/v1 Deployment", "a", ({ spec }) => {
    delete spec.replicas;
    spec.template.spec.hostNetwork = true;
  });
  const around = { configBefore: new Map(), configAfter: new Map(), objects: [scaler] };
  assert.deepEqual(podChange(before, after, around), { type: "restart", count: "1-2", because: ["hostNetwork"] });
});

test("peers of network policies in words", () => {
  const policy = (spec: object): KubeObject =>
    probe("networking.k8s.io/v1 NetworkPolicy", "a", (one) => (one.spec = spec));
  const named = { "kubernetes.io/metadata.name": "data" };
  const allowed = policy({
    ingress: [{}, { from: [{ podSelector: {} }] }],
    egress: [
      { to: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }], ports: [{ port: 443 }] },
      { to: [{ namespaceSelector: { matchLabels: named } }], ports: [{ protocol: "UDP", port: 1, endPort: 9 }] },
      {
        to: [
          {
            namespaceSelector: { matchExpressions: [{ key: "a", operator: "Exists" }] },
            podSelector: { matchLabels: { b: "c" } },
          },
        ],
      },
    ],
  });
  assert.deepEqual(edgeLines(edgeChanges(policy({}), allowed)), [
    "+ allows from anywhere: every port",
    "+ allows from *: every port",
    "+ allows to 10.0.0.0/8 except 10.1.0.0/16: TCP 443",
    "+ allows to data/*: UDP 1-9",
    "+ allows to {matchExpressions: [{key: a, operator: Exists}]}/{b=c}: every port",
  ]);
  assert.deepEqual(edgeChanges(allowed, null), [], "it goes on allowing until somebody deletes it");
});

test("values of a Secret are told nowhere", () => {
  const [old, wanted] = ["hunter2", "hunter3"].map((a) =>
    probe("v1 Secret", "a", (secret) => Object.assign(secret, { immutable: true, stringData: { a } })),
  );
  assert.ok(old && wanted);
  const placed = {
    home: "base",
    service: "one",
    namespace: null,
    manifest: null,
    pointer: "",
    slug: null,
    description: null,
    notes: [],
  } as const;
  const none = { configBefore: new Map(), configAfter: new Map(), objects: [], objectsBefore: [] };
  const pair = { before: { ...placed, object: old }, after: { ...placed, object: wanted } };
  const changes = objectChange(pair, { ...none, environment: "prod" });
  assert.deepEqual(changes[0]?.fields, [
    { path: "stringData.a", type: "changed", before: "(not shown)", after: "(not shown)" },
  ]);
  assert.equal(changes[0]?.refused.length, 1);
  assert.doesNotMatch(JSON.stringify(changes), /hunter/);
});

test("quantities", () => {
  const pairs = [
    ["1Gi", 1024 ** 3],
    ["1024Mi", 1024 ** 3],
    ["1.5", 1.5],
    ["250m", 0.25],
    ["1e3", 1000],
    ["2E", 2e18],
    ["many", null],
  ] as const;
  for (const [text, value] of pairs) assert.equal(parseQuantity(text), value, text);
});

function told({ changes }: EnvironmentDiff): string[] {
  const names = changes.flatMap(({ object, former }) => (former ? [object, former] : [object]));
  return names
    .map(({ apiVersion, kind, namespace, name }) =>
      objectId({ apiVersion, kind, metadata: { name, ...(namespace !== null && { namespace }) } }),
    )
    .toSorted();
}

function different(before: Side | undefined, after: Side | undefined): string[] {
  const [old, wanted] = [before, after].map(
    (side) => new Map((side?.placed ?? []).map(({ object }) => [objectId(object), object])),
  );
  const ids = [...new Set([...(old?.keys() ?? []), ...(wanted?.keys() ?? [])])];
  return ids.filter((id) => !sameJson(old?.get(id), wanted?.get(id))).toSorted();
}
