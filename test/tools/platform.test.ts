import assert from "node:assert/strict";
import { test } from "node:test";
import { layout } from "../../tools/layout/layout.ts";
import { baseModel, environmentModel } from "../../tools/model/model.ts";
import { referencesIn, replaceParameters } from "../../tools/registry/references.ts";
import { FILES, type RegistryData, changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";
import { runCli } from "../support/run-cli.ts";

// What belongs to the cluster, to accounts and to an environment as a whole.

const RULES = [{ apiGroups: [""], resources: ["pods"], verbs: ["get"] }];

for (const [account, hasToken] of [
  [{}, false],
  [{ rules: RULES }, true],
  [{ clusterRules: RULES }, true],
  [{ rules: RULES, automountServiceAccountToken: false }, false],
  [{ automountServiceAccountToken: true }, true],
  [{ rules: [] }, false],
] as const)
  test(`an account ${JSON.stringify(account).slice(0, 60)} has ${hasToken ? "a" : "no"} token`, () => {
    const { services } = modelOf(({ services: written }) => void (written!["api"].serviceAccount = account));
    assert.equal(services.find(({ name }) => name === "api")?.serviceAccount.hasToken, hasToken);
  });

for (const [own, environment, mode] of [
  [undefined, undefined, "annotations"],
  [undefined, "serviceMonitor", "serviceMonitor"],
  ["annotations", "serviceMonitor", "annotations"],
  ["serviceMonitor", undefined, "serviceMonitor"],
] as const)
  test(`metrics of a service that says ${own}, where the environment says ${environment}: ${mode}`, () => {
    const { services } = modelOf(({ services: written, environments }) => {
      written!["api"].metrics = { port: "metrics", ...(own && { mode: own }) };
      environments!["enclave"].monitoring = {
        namespace: "m",
        labels: { a: "b" },
        ...(environment && { mode: environment }),
      };
    });
    const metrics = services.find(({ name }) => name === "api")?.metrics;
    assert.deepEqual(metrics, { port: "metrics", path: "/metrics", mode, interval: null });
  });

test("a class is made, made otherwise, or there already", () => {
  const change = ({ storageClasses, environments }: RegistryData): void => {
    Object.assign(storageClasses!, {
      a: { provisioner: "p", parameters: { x: "1" } },
      b: { provisioner: "p" },
      c: { provisioner: "p" },
    });
    environments!["enclave"].storageClasses = { a: { provisioner: "other" }, b: "there", d: { provisioner: "p" } };
  };
  const model = environmentModel(inputsOf(changedRegistry(withClasses(change)), FILES), "enclave");
  assert.deepEqual(
    model.storageClasses.map(({ name, provisioner, parameters, pointer }) => [name, provisioner, parameters, pointer]),
    [
      ["a", "other", {}, "/environments/enclave/storageClasses/a"],
      ["c", "p", {}, "/storageClasses/c"],
      ["d", "p", {}, "/environments/enclave/storageClasses/d"],
    ],
  );
});

test("a Secret for pulling images must exist, declared or not", () => {
  const { secrets } = modelOf(({ services, secrets: declared }) => {
    declared!["ours"] = { type: "kubernetes.io/dockerconfigjson", keys: { ".dockerconfigjson": {} } };
    services!["api"].imagePullSecrets = ["ours", "theirs"];
  }, "local");
  const pulled = secrets.filter(({ type }) => type === "kubernetes.io/dockerconfigjson");
  // Random text is no Docker configuration: nothing generates one, not even locally.
  assert.deepEqual(
    pulled.map(({ name, namespace, from, keys, readers }) => [name, namespace, from, Object.keys(keys), readers]),
    ["ours", "theirs"].map((name) => [name, "back", "existing", [".dockerconfigjson"], ["api"]]),
  );
});

test("a parameter's value is never looked at again, and what has none stays", () => {
  const values = { a: "${parameters.b} ${services.db.host} $&", b: "x" };
  assert.equal(
    replaceParameters("${parameters.a}|${parameters.b}|${parameters.c}|${HOME}", values),
    `${values.a}|x|\${parameters.c}|\${HOME}`,
  );
  assert.deepEqual(referencesIn("${parameters.a} ${parameter.b}"), {
    references: [],
    parameters: ["a"],
    unknown: ["${parameter.b}"],
  });
});

test("the base keeps a parameter's name for the overlays to replace", () => {
  const inputs = inputsOf(
    changedRegistry(({ environments, services }) => {
      environments!["local"].parameters = { pr: "1" };
      environments!["enclave"].parameters = { pr: "2" };
      services!["api"].env = { PR: "pr-${parameters.pr}" };
    }),
    FILES,
  );
  const value = (model: ReturnType<typeof baseModel>): unknown =>
    model.services.find(({ name }) => name === "api")?.container.env.find(({ name }) => name === "PR")?.value;
  assert.deepEqual(
    [baseModel(inputs), environmentModel(inputs, "local"), environmentModel(inputs, "enclave")].map(value),
    ["pr-${parameters.pr}", "pr-1", "pr-2"],
  );
});

for (const [what, change, isThere] of [
  ["allowed contexts alone make no cluster", { allowedContexts: ["x"] }, false],
  ["workers make one", { workers: 2 }, true],
] as const)
  test(`kind-cluster.yaml: ${what}`, () => {
    const registry = changedRegistry(({ environments }) => void (environments!["local"].cluster = change));
    assert.equal(layout(inputsOf(registry, FILES)).has("overlays/local/kind-cluster.yaml"), isThere);
  });

test("mirror.yaml lists every image that an environment runs, and only where nothing else brings them", () => {
  const tree = layout(inputsOf(changedRegistry(), FILES));
  assert.ok(!tree.has("overlays/local/mirror.yaml"));
  const list = tree.get("overlays/enclave/mirror.yaml") ?? "";
  const images = environmentModel(inputsOf(changedRegistry(), FILES), "enclave").services.map(
    ({ container }) => container.image,
  );
  for (const image of images) assert.ok(list.includes(`target: ${image}\n`), image);
  assert.match(list, /source: docker\.io\/library\/postgres:16\n/);
  assert.match(list, /builtFrom: api\n/);
});

test("secrets --print shows how each Secret comes to exist, and no value", async () => {
  const { stdout, exitCode } = await runCli("test/golden/cluster", ["secrets", "enclave", "--print"]);
  assert.equal(exitCode, 0);
  assert.deepEqual(stdout.trim().split("\n"), [
    "# data/database is made by the External Secrets operator",
    "# orbit-app/database is made by the External Secrets operator",
    "kubectl create secret docker-registry ghcr --namespace=orbit-app --from-file=.dockerconfigjson=./ghcr.json",
    "# orbit-app/mail is made by the External Secrets operator",
    "kubectl create secret docker-registry quay --namespace=orbit-app --from-file=.dockerconfigjson=./quay.json",
    "kubectl create secret generic settings --namespace=orbit-app --from-env-file=secrets/settings.env",
  ]);
});

function modelOf(change: (registry: RegistryData) => void, environment = "enclave"): ReturnType<typeof baseModel> {
  return environmentModel(inputsOf(changedRegistry(change), FILES), environment);
}

function withClasses(change: (registry: RegistryData) => void): (registry: RegistryData) => void {
  return (registry) => {
    registry["storageClasses"] = {};
    change(registry);
  };
}
