import assert from "node:assert/strict";
import { test } from "node:test";
import { FILE, pod, readVendored } from "../support/read-vendored.ts";

// What is wrong with a vendored file is told at its place in that file.

for (const [what, text, code, where, fix] of [
  ["text that is no YAML", "a: [\nb: 1\n", "MANIFEST_SYNTAX", "2:1", /correct the file/],
  ["a template", "a: 1\n{{ if .Values.x }}\nb: 2\n{{ end }}\n", "MANIFEST_TEMPLATE", "2:1", /helm template/],
  [
    "a template that happens to be YAML",
    "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.x }}\n",
    "MANIFEST_NAME",
    "4:9",
    /helm template/,
  ],
  ["text", "just text\n", "MANIFEST_OBJECT", "1:1", /write both/],
  ["an object without a kind", "apiVersion: v1\nmetadata: {name: x}\n", "MANIFEST_OBJECT", "1:1", /write both/],
  [
    "a kustomization",
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n",
    "MANIFEST_OBJECT",
    "1:1",
    /files that it lists/,
  ],
  ["an object without a name", "apiVersion: v1\nkind: Pod\nmetadata: {}\n", "MANIFEST_NAME", "3:11", /metadata\.name/],
  [
    "a name that is generated",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  generateName: x-\n",
    "MANIFEST_NAME",
    "4:17",
    /metadata\.name/,
  ],
  [
    "a label that is no text",
    "apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n  labels: {on: 1}\n",
    "MANIFEST_TEXT",
    "5:11",
    /"1"/,
  ],
  [
    "a Secret with values",
    "apiVersion: v1\nkind: Secret\nmetadata: {name: x}\nstringData:\n  a: b\n",
    "MANIFEST_SECRET",
    "5:3",
    /"secrets"/,
  ],
  [
    "an invisible character",
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata:\n  a: "\\u2028"\n',
    "TEXT_LOST",
    "5:6",
    /remove it/,
  ],
  ["nothing", "# nothing\n", "MANIFEST_EMPTY", "1:1", /remove it/],
  [
    "the platform's own namespace",
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n",
    "OBJECT_CLASH",
    "1:1",
    /namespaces\.a/,
  ],
  ["an object twice", `${pod("x")}---\n${pod("x")}`, "OBJECT_CLASH", "5:1", /rename/],
  [
    "an object that a service brings",
    "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: api}\n",
    "OBJECT_CLASH",
    "1:1",
    /rename/,
  ],
] as const)
  test(`${what} is told at its place`, () => {
    const { findings } = readVendored(text);
    assert.deepEqual(
      findings.map((finding) => [finding.code, finding.severity, finding.where]),
      [[code, "error", `${FILE}:${where}`]],
      JSON.stringify(findings),
    );
    assert.match(findings[0]?.fix ?? "", fix);
  });

for (const [what, text, code, fix] of [
  [
    "a kind whose scope nobody says",
    "apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: x}\n",
    "MANIFEST_SCOPE",
    /vendor its definition/,
  ],
  [
    "a Helm hook",
    "apiVersion: v1\nkind: Pod\nmetadata: {name: x, annotations: {helm.sh/hook: test}}\n",
    "MANIFEST_HOOK",
    /--no-hooks/,
  ],
  [
    "a host in a namespace that is called otherwise somewhere",
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndata: {url: http://s.a.svc}\n",
    "MANIFEST_HOST",
    /unmapped/,
  ],
  [
    "an object that is too large for kubectl",
    `${pod("x")}data: ${"x".repeat(250_000)}\n`,
    "MANIFEST_LARGE",
    /--server-side/,
  ],
] as const)
  test(`${what} is told, and taken`, () => {
    const { vendored, findings } = readVendored(text);
    assert.deepEqual(
      findings.map((finding) => [finding.code, finding.severity]),
      [[code, "warning"]],
    );
    assert.match(findings[0]?.fix ?? "", fix);
    assert.equal(vendored.get("x")?.length, 1);
  });

test("an empty Secret is for a controller to fill", () => {
  assert.deepEqual(readVendored("apiVersion: v1\nkind: Secret\nmetadata: {name: x}\ndata: {}\n").findings, []);
});

test("objects without a namespace want one where there are several", () => {
  const { findings } = readVendored(`${pod("x")}---\n${pod("z")}`, { a: {}, b: {} });
  assert.deepEqual(
    findings.map(({ code, where }) => [code, where.replace(/:.*/, "")]),
    [["NAMESPACE_MISSING", "services.json"]],
  );
});
