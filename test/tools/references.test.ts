import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type EnvVariable, orderedVariables } from "../../tools/model/environment-variables.ts";
import { startOrder } from "../../tools/model/graph.ts";
import { type Model, environmentModel } from "../../tools/model/model.ts";
import type { ServiceModel } from "../../tools/model/service.ts";
import { FILES, type RegistryData, changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";

// What texts of the registry say of other services and of each other.

for (const [text, resolved] of [
  ["${services.db.host}", "db.team-back.svc"],
  ["${services.db.port}", "5432"],
  ["${services.api.ports.http}", "80"],
  ["${services.api.ports.metrics}", "9090"],
  ["${services.api.url}/x", "http://api.team-back.svc:80/x"],
  ["${services.web.url}", "http://web.front.svc:3000"],
  ["${services.db.host}:${services.db.port} ${services.db.host}", "db.team-back.svc:5432 db.team-back.svc"],
  ["$(POD) $$(x) $HOME", "$(POD) $$(x) $HOME"],
] as const)
  test(`${text} becomes ${resolved} where the namespace is mapped`, () => {
    const model = modelOf(({ services }) => {
      services!["web"].env = { X: text };
      services!["web"].args = [text];
      services!["web"].config = { values: { X: text } };
      services!["web"].files = { "/x": { content: text } };
      services!["web"].dependsOn = { api: {}, db: {} };
    });
    const web = serviceIn(model, "web");
    assert.deepEqual([web.container.env, web.container.args], [[{ name: "X", value: resolved }], [resolved]]);
    assert.deepEqual(
      web.configMaps.map(({ data }) => Object.values(data)),
      [[resolved], [resolved]],
    );
  });

test("behind a headless Service one talks to the pod's own port", () => {
  const model = modelOf(({ services }) => {
    services!["db"].ports.postgres.servicePort = 6000;
  });
  assert.deepEqual(variable(serviceIn(model, "api"), "DB_PORT"), "5432");
});

test("a Service's own name is its host", () => {
  const model = modelOf(({ services }) => void (services!["db"].service = { name: "postgres" }));
  assert.equal(variable(serviceIn(model, "api"), "DB_HOST"), "postgres.team-back.svc");
});

test("a variable comes after those that it uses, and otherwise by name", () => {
  const env = { A: "$(Z)/$(M)", B: "x", M: "$(Y)", Y: "1", Z: "2", ESCAPED: "$$(Z2)", Z2: "3", SELF: "$(SELF)" };
  assert.deepEqual(names(orderedVariables(env, (text) => text)), ["Z", "Y", "M", "A", "B", "ESCAPED", "SELF", "Z2"]);
});

test("whatever variables use, each stands once, and after what it uses where no circle forbids it", () => {
  const name = fc.constantFrom("A", "B", "C", "D", "E");
  const env = fc.dictionary(
    name,
    fc.array(name, { maxLength: 3 }).map((used) => used.map((one) => `$(${one})`).join(" ")),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(env, (written) => {
      const order = names(orderedVariables(written, (text) => text));
      assert.deepEqual(order.toSorted(), Object.keys(written).toSorted());
      for (const [user, text] of Object.entries(written))
        for (const used of Object.keys(written))
          if (text.includes(`$(${used})`) && !reaches(used, user, written))
            assert.ok(order.indexOf(used) < order.indexOf(user), `${used} ${user}`);
    }),
  );
});

test("services start after what they depend on", () => {
  const model = modelOf();
  assert.deepEqual(startOrder(["web", "api", "db", "model"], model.edges), ["db", "model", "api", "web"]);
});

function modelOf(change: (registry: RegistryData) => void = () => {}, environment = "enclave"): Model {
  return environmentModel(inputsOf(changedRegistry(change), FILES), environment);
}

function serviceIn(model: Model, name: string): ServiceModel {
  const service = model.services.find((one) => one.name === name);
  assert.ok(service, name);
  return service;
}

function variable(service: ServiceModel, name: string): EnvVariable["value"] | undefined {
  return service.container.env.find((one) => one.name === name)?.value;
}

function names(variables: readonly EnvVariable[]): string[] {
  return variables.map(({ name }) => name);
}

/** Whether `from` uses `to`, directly or through others. */
function reaches(
  from: string,
  to: string,
  env: Readonly<Record<string, string>>,
  seen: readonly string[] = [],
): boolean {
  if (from === to) return true;
  return Object.keys(env).some(
    (used) =>
      !seen.includes(used) && (env[from] ?? "").includes(`$(${used})`) && reaches(used, to, env, [...seen, from, used]),
  );
}
