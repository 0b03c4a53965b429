import assert from "node:assert/strict";
import { test } from "node:test";
import { type Model, baseModel, environmentModel } from "../../tools/model/model.ts";
import type { ServiceModel } from "../../tools/model/service.ts";
import { FILES, type RegistryData, changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";

// A service as one environment sees it.

// oxlint-disable-next-line typescript/no-explicit-any
type Entry = any;

const LAYERS: readonly ((registry: RegistryData, seconds: number) => void)[] = [
  ({ defaults }, seconds) => void ((defaults as Entry)["terminationGracePeriodSeconds"] = seconds),
  ({ services }, seconds) => void (services!["api"].terminationGracePeriodSeconds = seconds),
  ({ environments }, seconds) => void (environments!["enclave"].overrides = { terminationGracePeriodSeconds: seconds }),
  ({ services }, seconds) => void (services!["api"].environments.enclave.terminationGracePeriodSeconds = seconds),
];

test("of all that say something, the strongest layer wins", () => {
  for (let chosen = 0; chosen < 2 ** LAYERS.length; chosen++) {
    const written = LAYERS.flatMap((layer, i) => (chosen & (1 << i) ? [{ layer, seconds: 40 + i }] : []));
    const model = modelOf((registry) => written.forEach(({ layer, seconds }) => layer(registry, seconds)));
    assert.equal(serviceIn(model, "api").terminationGracePeriodSeconds, written.at(-1)?.seconds ?? 30, `${chosen}`);
  }
});

test("null removes: a default, a variable, a route, a whole service", () => {
  const model = modelOf(({ services }) => {
    services!["api"].environments.enclave = {
      podDisruptionBudget: null,
      env: { POD: null },
      routes: { api: null },
      strategy: null,
    };
    services!["web"].environments = { enclave: null };
  });
  const api = serviceIn(model, "api");
  assert.deepEqual([api.podDisruptionBudget, api.routes], [null, []]);
  assert.ok(!api.container.env.some(({ name }) => name === "POD"));
  assert.ok(!model.services.some(({ name }) => name === "web"));
});

test("a budget that is written drops the one that is usual", () => {
  assert.deepEqual(serviceIn(modelOf(), "web").podDisruptionBudget, { minAvailable: 1 });
  assert.deepEqual(serviceIn(modelOf(), "api").podDisruptionBudget, { maxUnavailable: 1 });
});

test("the base knows no environment: names are the registry's, and nothing is mocked", () => {
  const model = baseModel(inputsOf(changedRegistry(), FILES));
  assert.equal(serviceIn(model, "api").namespace, "back");
  assert.equal(serviceIn(model, "api").container.image, "shop/api:1.0");
  assert.equal(serviceIn(model, "model").isMocked, false);
  assert.ok(!model.services.some(({ name }) => name === "base"), "an image runs nowhere");
});

test("a mock keeps what others see of a service, and nothing of its pod", () => {
  const model = modelOf(({ services }) => {
    Object.assign(services!["model"], {
      kind: "StatefulSet",
      args: ["--model", "x"],
      env: { HF_HOME: "/x" },
      envFrom: [{ secret: "database" }],
      files: { "/etc/x": { content: "x" } },
      config: { values: { A: "b" } },
      volumes: { models: { mountPath: "/models", size: "9Gi" } },
      resources: { requests: { cpu: "8" } },
      nodeSelector: { gpu: "yes" },
      metrics: { port: "http", path: "/m" },
      labels: { tier: "model" },
      service: { annotations: { a: "b" } },
      extraServices: { open: { type: "NodePort" } },
      dependsOn: { db: {} },
    });
    services!["model"].probes.startup = { exec: { command: ["real"] } };
  }, "local");
  const mock = serviceIn(model, "model");
  assert.deepEqual(
    [mock.name, mock.namespace, mock.kind, mock.isMocked, mock.pointer],
    ["model", "back", "Deployment", true, "/services/model/mock"],
  );
  assert.deepEqual(
    mock.ports.map(({ name, containerPort }) => [name, containerPort]),
    [["http", 8000]],
  );
  const { name, isHeadless, annotations } = mock.service ?? {};
  assert.deepEqual({ name, isHeadless, annotations }, { name: "model", isHeadless: true, annotations: { a: "b" } });
  assert.deepEqual(
    mock.extraServices.map((extra) => [extra.name, extra.type, extra.pointer]),
    [["model-open", "NodePort", "/services/model/extraServices/open"]],
  );
  assert.deepEqual(Object.keys(mock.container.probes).toSorted(), ["liveness", "readiness"]);
  assert.deepEqual(
    [mock.metrics, mock.labels],
    [
      { port: "http", path: "/m", mode: "annotations", interval: null },
      { team: "shop", tier: "model" },
    ],
  );
  assert.deepEqual(mock.container.env, [{ name: "MOCK", value: "yes" }]);
  assert.deepEqual(
    [mock.container.args, mock.container.envFrom, mock.files, mock.configMaps, mock.secretNames, mock.gpu],
    [null, [], [], [], [], null],
  );
  assert.deepEqual(
    [mock.volumes.map(({ name }) => name), mock.nodeSelector, mock.container.resources.requests["cpu"]],
    [["tmp"], {}, "250m"],
  );
  assert.ok(!model.edges.some(({ from }) => from === "model"));
});

test("a mock's layers: the environment's overrides, then what it says of the mock", () => {
  const model = modelOf(({ services, environments }) => {
    services!["model"].replicas = 9;
    services!["model"].mock.replicas = 8;
    environments!["local"].overrides = { replicas: 7, terminationGracePeriodSeconds: 7 };
    services!["model"].environments = { local: { mock: { terminationGracePeriodSeconds: 6 } } };
  }, "local");
  const { replicas, terminationGracePeriodSeconds } = serviceIn(model, "model");
  assert.deepEqual([replicas, terminationGracePeriodSeconds], [7, 6]);
});

const HASH_CHANGES: readonly (readonly [
  name: string,
  change: (services: Entry) => void,
  changes: readonly string[],
])[] = [
  ["a config value", (services) => void (services.db.config.values.PGDATA = "/other"), ["api", "db"]],
  ["a value that another service does not read", (services) => void (services.db.config.values.OTHER = "x"), ["db"]],
  ["a file's text", (services) => void (services.web.files = { "/etc/x": { content: "x" } }), ["web"]],
  ["a plain variable", (services) => void (services.api.env.NEW = "x"), []],
  ["a secret's reader", (services) => void (services.web.env = { P: { secret: "database", key: "password" } }), []],
  ["replicas", (services) => void (services.api.replicas = 4), []],
];

for (const [name, change, changed] of HASH_CHANGES)
  test(`when ${name} changes, exactly the pods that read it restart`, () => {
    const [before, after] = [modelOf(), modelOf(({ services }) => change(services))];
    const different = before.services.filter(
      (service) => service.configHash !== serviceIn(after, service.name).configHash,
    );
    assert.deepEqual(
      different.map((service) => service.name),
      changed,
    );
  });

test("the text of a file beside the registry counts, and its name does not", () => {
  const text = (content: string): Model =>
    environmentModel(inputsOf(changedRegistry(), new Map([["config/start.sh", content]])), "enclave");
  assert.notEqual(serviceIn(text("a"), "db").configHash, serviceIn(text("b"), "db").configHash);
});

test("two files whose paths make one key are both there", () => {
  const model = modelOf(({ services }) => {
    services!["web"].files = {
      "/etc/app.conf": { content: "one" },
      "/etc/app/conf": { content: "two" },
      "/etc/other": { content: "three" },
    };
  });
  const { files, configMaps } = serviceIn(model, "web");
  const data = configMaps[0]?.data ?? {};
  assert.deepEqual(
    files.map(({ path, from }) => [path, data[from.key]]),
    [
      ["/etc/app.conf", "one"],
      ["/etc/app/conf", "two"],
      ["/etc/other", "three"],
    ],
  );
  assert.ok(Object.hasOwn(data, "etc.other"), "alone a path is a plain key");
});

test("a Secret is there once for each namespace that reads it, and once for each reader", () => {
  const model = modelOf(({ services }) => {
    services!["web"].envFrom = [{ secret: "database" }];
    services!["web"].routes.second = { path: "/second", port: "http" };
  });
  assert.deepEqual(
    model.secrets.map(({ namespace, name, from, readers }) => [`${namespace}/${name}`, from, readers]),
    [
      ["front/database", "existing", ["web"]],
      ["front/shop-tls", "existing", ["web"]],
      ["team-back/database", "existing", ["api", "db"]],
      ["team-back/shop-tls", "existing", ["api"]],
    ],
  );
});

function modelOf(change: (registry: RegistryData) => void = () => {}, environment = "enclave"): Model {
  return environmentModel(inputsOf(changedRegistry(change), FILES), environment);
}

function serviceIn(model: Model, name: string): ServiceModel {
  const service = model.services.find((one) => one.name === name);
  assert.ok(service, name);
  return service;
}

test("what a pod says of its user, its containers follow; what they say themselves wins", () => {
  const registry = (securityContext: object): object => ({
    name: "users",
    namespaces: { apps: {} },
    environments: {},
    services: { web: { image: "a/b:1", securityContext } },
  });
  const contextOf = (securityContext: object) =>
    baseModel(inputsOf(registry(securityContext))).services[0]?.container.securityContext;
  assert.equal(contextOf({ pod: { runAsUser: 999 } })?.runAsUser, 999);
  assert.equal(contextOf({ pod: { runAsUser: 999 } })?.runAsGroup, 10001);
  assert.equal(contextOf({ pod: { runAsUser: 999 }, container: { runAsUser: 70 } })?.runAsUser, 70);
});
