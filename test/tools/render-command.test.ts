import assert from "node:assert/strict";
import { test } from "node:test";
import type { KubeObject } from "../../tools/render/object.ts";
import { kubectls, kustomize } from "../support/kubectl.ts";
import { type CliResult, assertNoStack, codesIn, runCli } from "../support/run-cli.ts";
import { skipWithout } from "../support/skip.ts";
import { parseYamlStream } from "../support/yaml.ts";

// `render` prints what would be applied; with other parameters and images it is a preview.

const ROOT = "test/golden/cluster";
const skip = skipWithout(kubectls().length > 0, "kubectl");

test("with nothing set it is what kubectl makes of the overlay, definitions apart", { skip }, async () => {
  const [kubectl] = kubectls();
  for (const [folder, flags] of [
    ["enclave", []],
    ["enclave/cluster/crds", ["--crds"]],
  ] as const) {
    const printed = objectsOf(await render("enclave", ...flags));
    const applied = parseYamlStream(kustomize(kubectl?.path ?? "", `${ROOT}/overlays/${folder}`)) as KubeObject[];
    assert.deepEqual(sorted(printed), sorted(applied));
  }
});

test("objects come in an order in which they can be applied", async () => {
  const objects = objectsOf(await render("enclave"));
  const at = (kind: string, name: string): number =>
    objects.findIndex((object) => object.kind === kind && object.metadata.name === name);
  const order = [
    at("Namespace", "orbit-app"),
    at("Namespace", "gadget-system"),
    at("ClusterRole", "gadgets:manager"),
    at("ValidatingWebhookConfiguration", "gadgets"),
    at("ServiceAccount", "api"),
    at("Deployment", "api"),
    at("Gadget", "cache"),
  ];
  assert.ok(order.every((index) => index >= 0));
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  );
});

test("a parameter makes a preview of its own: namespaces, hosts, texts, labels, names in the cluster", async () => {
  const { stdout } = await render("preview", "--set", "pr=123");
  const objects = objectsOf({ stdout });
  const namespaces = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  assert.deepEqual([...namespaces].toSorted(), ["gadget-system", "pr-123", "pr-123-data"]);
  assert.doesNotMatch(stdout, /pr-0|api-0/);
  for (const text of [
    "api-123.orbit.example",
    "https://pr-123.orbit.example",
    "db.pr-123-data.svc",
    "orbit:pr-123:api",
  ])
    assert.ok(stdout.includes(text), text);
  const made = objects.filter(({ kind }) => kind === "Namespace" || kind === "ClusterRole");
  for (const { kind, metadata } of made.filter((one) => one.metadata.name.includes("pr-")))
    assert.deepEqual(
      [metadata.labels?.["parameters.slipway.dev/pr"], metadata.labels?.["slipway.dev/environment"]],
      ["123", "preview"],
      kind,
    );
});

test("the example of a preview: one command, a namespace and a host of its own, nothing left of the one that is committed", async () => {
  const flags = ["--set", "pr=123", "--image", "torus=:pr-123"];
  const { stdout } = await runCli("examples/torus-preview", ["render", "preview", ...flags]);
  const objects = objectsOf({ stdout });
  const named = (kind: string): KubeObject[] => objects.filter((object) => object.kind === kind);
  assert.deepEqual(
    named("Namespace").map(({ metadata }) => [metadata.name, metadata.labels?.["parameters.slipway.dev/pr"]]),
    [["pr-123", "123"]],
  );
  assert.deepEqual(new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? [])), new Set(["pr-123"]));
  const hosts = named("Ingress").flatMap((object) => (object["spec"] as { rules: { host: string }[] }).rules);
  assert.deepEqual(
    hosts.map(({ host }) => host),
    ["pr-123.preview.torus.example"],
  );
  assert.equal(stdout.split("image: ghcr.io/torus/torus:pr-123\n").length - 1, 2, "the service and its migration");
  assert.doesNotMatch(stdout, /pr-0/);
});

test("an image is replaced by service, by name and by reference; a tag alone keeps the name", async () => {
  for (const [asked, wanted] of [
    ["api=ghcr.io/x/api:pr-1", "ghcr.io/x/api:pr-1"],
    ["api=:pr-1", "harbor.orbit.internal/orbit/api:pr-1"],
    ["harbor.orbit.internal/orbit/api=x/api:2", "x/api:2"],
    ["harbor.orbit.internal/orbit/api:1.0=x/api:2", "x/api:2"],
  ] as const) {
    const { stdout } = await render("enclave", "--image", asked);
    assert.ok(stdout.includes(`image: ${wanted}\n`), asked);
    assert.doesNotMatch(stdout, /orbit\/api:1\.0/);
  }
});

test("an image of a vendored object is replaced as well", async () => {
  const { stdout } = await render("enclave", "--image", "harbor.orbit.internal/docker.io/library/redis=:8");
  assert.equal(stdout.match(/docker\.io\/library\/redis:8/g)?.length, 2);
});

for (const [flags, code, said] of [
  [["--set", "branch=x"], "PARAMETER_UNKNOWN", /known: pr/],
  [["--set", "pr"], "FLAG_VALUE", /name=value/],
  [["--set", "pr=A/B"], "NAMESPACE_NAME", /pr-A\/B/],
  [["--image", "apii=x"], "IMAGE_UNKNOWN", /did you mean .{1,2}api/],
  [["--image", "=x"], "FLAG_VALUE", /name=value/],
] as const)
  test(`${flags.join(" ")} is refused`, async () => {
    const { exitCode, stdout, stderr } = await render("preview", ...flags, "--json");
    assert.equal(exitCode, 1);
    assert.ok(codesIn(stdout).includes(code), stdout);
    assert.match(stdout, said);
    assertNoStack(stderr);
  });

function render(...args: readonly string[]): Promise<CliResult> {
  return runCli(ROOT, ["render", ...args]);
}

function objectsOf({ stdout }: Pick<CliResult, "stdout">): KubeObject[] {
  return parseYamlStream(stdout) as KubeObject[];
}

function sorted(objects: readonly KubeObject[]): KubeObject[] {
  const id = ({ kind, metadata }: KubeObject): string => `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
  return objects.toSorted((a, b) => (id(a) < id(b) ? -1 : 1));
}
