import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { type ExistingSecrets, type SecretValues, planSecrets } from "../../tools/cluster/secrets-plan.ts";
import type { SecretModel } from "../../tools/model/secret.ts";

// What is done about an environment's Secrets, without a cluster.

const NOTHING: ExistingSecrets = new Map();

test("a Secret has the same new values in every namespace that reads it", () => {
  const { create, kept } = planSecrets([secret("db", "a"), secret("db", "b")], NOTHING, {});
  assert.equal(create.length, 2);
  assert.deepEqual(create[0]?.values, create[1]?.values);
  assert.deepEqual(kept, { db: create[0]?.values });
  assert.match(create[0]?.values["password"] ?? "", /^[A-Za-z0-9]{32}$/);
});

test("two Secrets never share a value", () => {
  const { kept } = planSecrets([secret("one", "a"), secret("two", "a")], NOTHING, {});
  assert.notEqual(kept["one"]?.["password"], kept["two"]?.["password"]);
});

test("length and alphabet are the registry's", () => {
  const keys = {
    hex: { generate: { length: 64, alphabet: "hex" as const } },
    pin: { generate: { length: 8, alphabet: "digits" as const } },
    plain: {},
  };
  const values = planSecrets([secret("db", "a", { keys })], NOTHING, {}).create[0]?.values ?? {};
  assert.match(values["hex"] ?? "", /^[0-9a-f]{64}$/);
  assert.match(values["pin"] ?? "", /^[0-9]{8}$/);
  assert.match(values["plain"] ?? "", /^[A-Za-z0-9]{32}$/);
});

test("a kept value comes before a new one", () => {
  const { create, kept } = planSecrets([secret("db", "a")], NOTHING, { db: { password: "kept" } });
  assert.deepEqual(create[0]?.values, { password: "kept" });
  assert.deepEqual(kept, { db: { password: "kept" } });
});

test("a value of the cluster comes before a kept one, and is kept from then on", () => {
  const existing = new Map([["a/db", { password: "cluster" }]]);
  const plan = planSecrets([secret("db", "a"), secret("db", "b")], existing, { db: { password: "kept" } });
  assert.deepEqual(
    plan.create.map((one) => [one.secret.namespace, one.values]),
    [["b", { password: "cluster" }]],
  );
  assert.deepEqual(plan.kept, { db: { password: "cluster" } });
});

test("a Secret that exists is never changed: keys that it lacks are told", () => {
  const two = { keys: { password: {}, user: {} } };
  const plan = planSecrets([secret("db", "a", two)], new Map([["a/db", { password: "x", other: "y" }]]), {});
  assert.deepEqual(plan.create, []);
  assert.deepEqual(
    plan.present.map(({ name }) => name),
    ["db"],
  );
  assert.deepEqual(
    plan.missing.map(({ secret: { name }, keys }) => [name, keys]),
    [["db", ["user"]]],
  );
});

test("nothing is generated for what somebody else makes", () => {
  const { create, missing, kept } = planSecrets([secret("tls", "a", { from: "existing" })], NOTHING, {});
  assert.deepEqual([create, kept], [[], {}]);
  assert.deepEqual(
    missing.map(({ secret: { name }, keys }) => [name, keys]),
    [["tls", []]],
  );
});

test("a Secret has its file's values, unless it exists already; without them it is missing, and nothing is kept", () => {
  const fromFile = secret("app", "a", { from: "envFile", envFile: "app.env" });
  const given = { app: { password: "p", other: "x" } };
  const { create, missing, kept } = planSecrets([fromFile], NOTHING, {}, undefined, given);
  assert.deepEqual([create[0]?.values, missing, kept], [{ password: "p" }, [], {}]);
  assert.deepEqual(planSecrets([fromFile], new Map([["a/app", { password: "q" }]]), {}, undefined, given).create, []);
  assert.deepEqual(planSecrets([fromFile], NOTHING, {}).missing, [{ secret: fromFile, keys: [] }]);
});

test("what somebody else made is enough when it has the keys", () => {
  const made = secret("tls", "a", { from: "existing" });
  const { create, missing, present } = planSecrets([made], new Map([["a/tls", { password: "x" }]]), {});
  assert.deepEqual([create, missing, present], [[], [], [made]]);
});

test("a key that every JavaScript object has is generated like any other", () => {
  const { create } = planSecrets([secret("db", "a", { keys: { constructor: {}, toString: {} } })], NOTHING, {});
  for (const key of ["constructor", "toString"]) assert.match(String(create[0]?.values[key]), /^[A-Za-z0-9]{32}$/);
});

test("a key that the registry no longer names stays kept, and is not created", () => {
  const { create, kept } = planSecrets([secret("db", "a")], NOTHING, {
    db: { password: "p", old: "o" },
    gone: { x: "y" },
  });
  assert.deepEqual(create[0]?.values, { password: "p" });
  assert.deepEqual(kept, { db: { password: "p", old: "o" }, gone: { x: "y" } });
});

test("no kept value is ever lost but to the cluster's own, and a second run changes nothing", () => {
  fc.assert(
    fc.property(someSecrets, someExisting, someValues, (secrets, existing, kept) => {
      const plan = planSecrets(secrets, existing, kept);
      for (const [name, values] of Object.entries(kept))
        for (const [key, value] of Object.entries(values)) {
          const inCluster = ["a", "b"].map((namespace) => existing.get(`${namespace}/${name}`)?.[key]);
          assert.ok([value, ...inCluster].includes(plan.kept[name]?.[key]), `${name} ${key}`);
        }
      for (const {
        secret: { name, namespace },
      } of plan.create)
        assert.ok(!existing.has(`${namespace}/${name}`));
      const after = new Map([
        ...existing,
        ...plan.create.map((one) => [`${one.secret.namespace}/${one.secret.name}`, one.values] as const),
      ]);
      const again = planSecrets(secrets, after, plan.kept);
      assert.deepEqual(again.create, []);
      assert.deepEqual(Object.keys(again.kept), Object.keys(plan.kept));
    }),
  );
});

const names = fc.constantFrom("db", "queue", "tls");
const keyValues = fc.dictionary(fc.constantFrom("password", "user", "key"), fc.string({ minLength: 1, maxLength: 4 }), {
  maxKeys: 3,
  noNullPrototype: true,
});
const someValues: fc.Arbitrary<SecretValues> = fc.dictionary(names, keyValues, { noNullPrototype: true });
const someExisting: fc.Arbitrary<ExistingSecrets> = fc
  .array(fc.tuple(fc.constantFrom("a", "b"), names, keyValues), { maxLength: 4 })
  .map((entries) => new Map(entries.map(([namespace, name, values]) => [`${namespace}/${name}`, values])));
const someSecrets = fc
  .uniqueArray(fc.tuple(names, fc.constantFrom("a", "b")), {
    selector: ([name, namespace]) => `${namespace}/${name}`,
    maxLength: 6,
  })
  .chain((ids) =>
    fc
      .constantFrom<SecretModel["from"]>("generated", "existing")
      .map((from) =>
        ids.map(([name, namespace]) => secret(name, namespace, { from: name === "tls" ? from : "generated" })),
      ),
  );

function secret(name: string, namespace: string, more: Partial<SecretModel> = {}): SecretModel {
  return {
    name,
    pointer: `/secrets/${name}`,
    namespace,
    type: "Opaque",
    description: null,
    from: "generated",
    keys: { password: {} },
    envFile: null,
    store: { name: "", kind: "ClusterSecretStore" },
    refreshInterval: "1h",
    readers: ["api"],
    ...more,
  };
}
