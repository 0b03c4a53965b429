import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { environmentModel } from "../../tools/model/model.ts";
import { type Rendered, type Row, compare, comparisonSection, strictestOf } from "../../tools/operations/comparison.ts";
import { differences } from "../../tools/operations/difference.ts";
import { type Inputs, readInputs } from "../../tools/registry/read.ts";
import { render } from "../../tools/render/render.ts";
import { arbitraryRegistry } from "../support/arbitrary-registry.ts";
import { FILES, changedRegistry } from "../support/build-registry.ts";
import { inputsOf } from "../support/inputs.ts";

// What one environment does differently from another: every difference once, and nothing that is none.

test("an environment does nothing differently from itself, nor from one that says the same", () => {
  fc.assert(
    fc.property(arbitraryRegistry, (registry) => {
      const [name = ""] = Object.keys(registry["environments"] as object);
      const inputs = inputsOf(withTwin(registry, name));
      assert.deepEqual(compare(drawn(inputs, name), drawn(inputs, name)), []);
      assert.deepEqual(compare(drawn(inputs, name), drawn(inputs, "twin")), []);
    }),
    { numRuns: 40 },
  );
});

test("every field that differs is in exactly one row", () => {
  let rows = 0;
  fc.assert(
    fc.property(arbitraryRegistry, (registry) => {
      const inputs = inputsOf(registry);
      const all = Object.keys(inputs.registry.environments).map((name) => drawn(inputs, name));
      for (const here of all)
        for (const there of all) {
          const found = compare(here, there);
          rows += found.length;
          assert.deepEqual(
            found.flatMap((row) => row.differences.map(idOf)).toSorted(),
            differences(here.placed, there.placed).map(idOf).toSorted(),
          );
          assert.deepEqual(
            compare(there, here).map(({ title }) => title),
            found.map(({ title }) => title),
          );
        }
    }),
    { numRuns: 40 },
  );
  assert.ok(rows > 0);
});

test("what `local` of the root platform does differently from `airgap`", async () => {
  const { inputs } = await readInputs(".");
  const rows = compare(drawn(inputs, "local"), drawn(inputs, "airgap"));
  assert.deepEqual(
    rows.map(({ title }) => title),
    [
      "mocks",
      "replicas",
      "resources",
      "images",
      "storage class",
      "size of volumes",
      "routes",
      "who is let in or out (NetworkPolicy)",
      "variables",
      "other fields",
      "Secrets",
    ],
  );
  const lines = rows.map(told);
  for (const line of [
    "mocks | ollama, transcription, vllm | a mock, no GPU | the real one",
    "storage class | db, models, redis, uploads | standard | db, redis: fast-ssd; models, uploads: bulk-hdd",
    "Secrets | auth, db, mage-tls, users | auth, db, users: generated; mage-tls: not needed | given",
  ])
    assert.ok(lines.includes(line), lines.join("\n"));
});

test("a service, a variable, a budget and a field without a row of its own are each told as what they are", () => {
  const rows = comparedAfter((api) => {
    api["environments"] = {
      enclave: { replicas: 3, env: { LEVEL: "debug" }, podDisruptionBudget: null, terminationGracePeriodSeconds: 7 },
    };
  });
  assert.ok(rows.includes("services | web | left out | runs"), rows.join("\n"));
  assert.ok(
    rows.some((row) => /^variables \| .*api.* \| .*`LEVEL` not set.* \| .*`LEVEL`/.test(row)),
    rows.join("\n"),
  );
  assert.ok(
    rows.some((row) => /^disruption budget \| api \| yes \| none$/.test(row)),
    rows.join("\n"),
  );
  assert.ok(
    rows.some((row) => /^other fields .*`spec\.terminationGracePeriodSeconds`/.test(row)),
    rows.join("\n"),
  );
});

test("what differs in dozens of services stays one line", () => {
  const rows = comparedAfter((api, services) => {
    for (let i = 0; i < 30; i++)
      services[`copy-${i}`] = { ...api, routes: {}, develop: {}, environments: { enclave: { replicas: 2 + (i % 9) } } };
  });
  const replicas = rows.find((row) => row.startsWith("replicas |")) ?? "";
  assert.match(
    replicas,
    /^replicas \| api, copy-0, [^|]*, … \(31\) \| 1 \| api, copy-1, copy-10, copy-19, … \(5\): 3; [^|]*; 5 more values$/,
  );
  assert.ok(
    rows.every((row) => row.length < 400),
    rows.join("\n"),
  );
});

test("only a local environment is compared: with the first air gap, else with production, else with nothing", () => {
  const environments = (profiles: Record<string, string>): Rendered[] => {
    const inputs = inputsOf(
      changedRegistry((registry) => {
        for (const service of Object.values(registry["services"] ?? {}))
          (service as { environments?: object }).environments = {};
        const local = registry["environments"]?.["local"] as object;
        registry["environments"] = Object.fromEntries(
          Object.entries(profiles).map(([name, profile]) => [name, { ...local, profile }]),
        );
      }),
      FILES,
    );
    return Object.keys(profiles).map((name) => drawn(inputs, name));
  };
  const names = (profiles: Record<string, string>): string | null | undefined =>
    strictestOf(environments(profiles))?.model.environment;
  assert.equal(names({ a: "prod", c: "airgap", b: "airgap" }), "b");
  assert.equal(names({ a: "prod", b: "local" }), "a");
  assert.equal(names({ a: "staging", b: "local" }), undefined);
  const [prod, local] = environments({ prod: "prod", local: "local" });
  assert.ok(prod && local);
  assert.deepEqual(comparisonSection(prod, local), []);
  assert.deepEqual(comparisonSection(local, null), []);
  assert.equal(comparisonSection(local, prod)[0], "## What `local` does differently from `prod`");
});

/** An environment that says, and about which each service says, what another one does. */
function withTwin(registry: Record<string, unknown>, name: string): object {
  const twinned = <T extends Record<string, unknown>>(all: T): T => ({
    ...all,
    ...(all[name] !== undefined && { twin: all[name] }),
  });
  const services = Object.entries(
    registry["services"] as Record<string, { environments?: Record<string, unknown> }>,
  ).map(([service, written]) => [
    service,
    written.environments ? { ...written, environments: twinned(written.environments) } : written,
  ]);
  return {
    ...registry,
    environments: twinned(registry["environments"] as Record<string, unknown>),
    services: Object.fromEntries(services) as object,
  };
}

/** `local` against `enclave`, after a change to the service `api`. */
function comparedAfter(
  change: (api: Record<string, unknown>, services: Record<string, Record<string, unknown>>) => void,
): string[] {
  const registry = changedRegistry(({ services }) => {
    const all = services as Record<string, Record<string, unknown>>;
    change(all["api"] ?? {}, all);
    all["web"] = { ...all["web"], environments: { local: null } };
  });
  const inputs = inputsOf(registry, FILES);
  return compare(drawn(inputs, "local"), drawn(inputs, "enclave")).map(told);
}

function drawn(inputs: Inputs, environment: string): Rendered {
  const model = environmentModel(inputs, environment);
  return { model, placed: render(model) };
}

function idOf({ owner, kind, path, here, there }: Row["differences"][number]): string {
  const name = (here.object ?? there.object)?.metadata.name;
  return [owner, kind, name, ...path].join("/");
}

function told({ title, owners, here, there }: Row): string {
  const shown = owners.length > 6 ? `${owners.slice(0, 6).join(", ")}, … (${owners.length})` : owners.join(", ");
  return [title, shown, here, there].join(" | ");
}
