import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../tools/layout/layout.ts";
import { environmentModel } from "../../tools/model/model.ts";
import { subjectOf } from "../../tools/policy/subject.ts";
import { runChecks } from "../../tools/policy/run.ts";
import { rewritten } from "../../tools/model/rewrite.ts";
import { inputsOf } from "../support/inputs.ts";
import { FILE, definition, ids, readVendored, registryOf } from "../support/read-vendored.ts";

// What the files of `manifests` are taken for.

test("comments, empty documents and Lists make no object of their own", () => {
  const text = `# a chart
---
apiVersion: v1
kind: ConfigMap
metadata: {name: one}
---
# nothing
---
apiVersion: v1
kind: ConfigMapList
items:
- {apiVersion: v1, kind: ConfigMap, metadata: {name: two}}
- {apiVersion: v1, kind: List, items: [{apiVersion: v1, kind: Service, metadata: {name: three}}]}
`;
  const { vendored, findings } = readVendored(text);
  assert.deepEqual(findings, []);
  assert.deepEqual(ids(vendored), ["ConfigMap a/one", "ConfigMap a/two", "Service a/three"]);
  assert.deepEqual(
    vendored.get("x")?.map(({ where }) => where),
    ["vendor/x.yaml:3:1", "vendor/x.yaml:12:3", "vendor/x.yaml:13:40"],
  );
});

test("values mean what kubectl takes them for", () => {
  const text = `apiVersion: v1
kind: ConfigMap
metadata: {name: one}
values: [yes, off, 0644, 0o17, 12:30, 2020-01-01, 1_000, ~, "on", .5, 0x1F, 1e3, 334e036590255619]
`;
  // As \`kubectl create --dry-run=client -o json\` of 1.27 and 1.33 prints it.
  const wanted = [true, false, 420, 15, "12:30", "2020-01-01", 1000, null, "on", 0.5, 31, 1000, "334e036590255619"];
  assert.deepEqual(readVendored(text).vendored.get("x")?.[0]?.object["values"], wanted);
});

test("what only a cluster says, and what is there and empty, is left out", () => {
  const text = `apiVersion: v1
kind: ServiceAccount
metadata: {name: one, creationTimestamp: null, uid: x, labels: {}, annotations: {a: b}}
status: {}
`;
  const object = {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: { name: "one", namespace: "a", annotations: { a: "b" } },
  };
  assert.deepEqual(readVendored(text).vendored.get("x")?.[0]?.object, object);
});

test("definitions, the cluster's objects and the platform's own go different ways", () => {
  const text = [
    definition("Widget", "Namespaced"),
    definition("WidgetClass", "Cluster"),
    "{apiVersion: example.com/v1, kind: Widget, metadata: {name: w}}",
    "{apiVersion: example.com/v1, kind: WidgetClass, metadata: {name: c, namespace: a}}",
    "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: r}}",
    "{apiVersion: cert-manager.io/v1, kind: ClusterIssuer, metadata: {name: i}}",
    "{apiVersion: v1, kind: Service, metadata: {name: s, namespace: elsewhere}}",
    "{apiVersion: v1, kind: Namespace, metadata: {name: elsewhere}}",
  ].join("\n---\n");
  const { vendored, findings } = readVendored(text);
  assert.deepEqual(findings, []);
  assert.deepEqual(
    vendored.get("x")?.map(({ home, object }) => [home, object.kind, object.metadata.namespace ?? null]),
    [
      ["crds", "CustomResourceDefinition", null],
      ["crds", "CustomResourceDefinition", null],
      ["own", "Widget", "a"],
      ["cluster", "WidgetClass", null],
      ["cluster", "ClusterRole", null],
      ["cluster", "ClusterIssuer", null],
      ["cluster", "Service", "elsewhere"],
      ["cluster", "Namespace", null],
    ],
  );
  const model = environmentModel(inputsOf(registryOf(), new Map([[FILE, text]])), "local");
  assert.deepEqual(Object.fromEntries(model.crds), {
    "example.com/Widget": "namespaced",
    "example.com/WidgetClass": "cluster",
  });
});

test("images and namespaces are replaced where a field says that it is one", () => {
  const object = {
    apiVersion: "example.com/v1",
    kind: "Widget",
    metadata: { name: "x", namespace: "a", labels: { namespace: "a" } },
    spec: {
      image: "redis:7",
      icon: { image: "logo" },
      text: "redis:7 in a",
      containers: [
        {
          image: "redis@sha256:" + "0".repeat(64),
          args: [
            "--x-image=redis:7",
            "--namespaces=a,c",
            "redis:7",
            "--reloader=quay.io/x/y:v1",
            "--url=http://x.io/y:1",
            "--y=a.io/b",
          ],
        },
      ],
      env: [
        { name: "WATCH_NAMESPACE", value: "a" },
        { name: "RELATED_IMAGE_X", value: "redis:7" },
        { name: "X", value: "a" },
      ],
      volumes: [{ image: { reference: "redis:7" } }],
      selector: { matchNames: ["a", "c"], namespace: "c" },
    },
  };
  const rewrite = {
    namespace: (name: string) => (name === "a" ? "b" : name),
    image: (reference: string) => `m/${reference}`,
  };
  assert.deepEqual(rewritten(object, rewrite), {
    ...object,
    metadata: { ...object.metadata, namespace: "b" },
    spec: {
      image: "m/redis:7",
      icon: { image: "logo" },
      text: "redis:7 in a",
      containers: [
        {
          image: "m/redis@sha256:" + "0".repeat(64),
          args: [
            "--x-image=m/redis:7",
            "--namespaces=b,c",
            "redis:7",
            "--reloader=m/quay.io/x/y:v1",
            "--url=http://x.io/y:1",
            "--y=a.io/b",
          ],
        },
      ],
      env: [
        { name: "WATCH_NAMESPACE", value: "b" },
        { name: "RELATED_IMAGE_X", value: "m/redis:7" },
        { name: "X", value: "a" },
      ],
      volumes: [{ image: { reference: "m/redis:7" } }],
      selector: { matchNames: ["b", "c"], namespace: "c" },
    },
  });
  const same = { namespace: (name: string) => name, image: (reference: string) => reference };
  assert.equal(rewritten(object, same), object, "what does not change is not copied");
});

test("the data of a ConfigMap and the schema of a definition are texts, whatever they are called", () => {
  const config = {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: "x" },
    data: { image: "redis:7", namespace: "a" },
  };
  const other = { namespace: () => "b", image: () => "other" };
  assert.equal(rewritten(config, other), config);
});

test("no check stumbles over what the platform itself would never write", () => {
  const text = `
{apiVersion: v1, kind: ConfigMap, metadata: {name: x}}
---
{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: x}, spec: {defaultBackend: {service: {name: x}}}}
---
{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: x}, spec: {podSelector: {}}}
---
{apiVersion: apps/v1, kind: Deployment, metadata: {name: x}, spec: {template: {spec: {containers: [{name: x, image: "x:1"}],
  volumes: [{name: v, projected: {sources: [{serviceAccountToken: {path: t}}, {secret: {name: s}}]}}]}}}}
`;
  const inputs = inputsOf(registryOf(), new Map([[FILE, text]]));
  const { findings } = runChecks([subjectOf(inputs, "local")], [], "2026-01-01");
  assert.ok(
    findings.some(({ where }) => where.endsWith("Deployment/x")),
    "vendored pods are checked as well",
  );
});

test("objects whose names a disk cannot tell apart have files of their own", () => {
  const roles = ["a:b", "a-b", "A:B"].map(
    (name) => `{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: "${name}"}}`,
  );
  const files = [...layout(inputsOf(registryOf(), new Map([[FILE, roles.join("\n---\n")]]))).keys()];
  const written = files.filter((file) => file.includes("clusterrole"));
  assert.equal(new Set(written.map((file) => file.toLowerCase())).size, 3);
  for (const file of written) assert.match(file, /^k8s\/x\/cluster\/clusterrole-a-b-[0-9a-f]{8}\.yaml$/);
});
