import assert from "node:assert/strict";
import { test } from "node:test";
import jsonpatch, { type Operation as Rfc6902 } from "fast-json-patch";
import fc from "fast-check";
import { type Operation, diffObjects } from "../../tools/layout/patch.ts";

// The operations that a person reads in an overlay, applied by a library that knows only RFC 6902.

test("the operations turn what was into what is wanted", () => {
  fc.assert(
    fc.property(someObject(), someObject(), (before, after) => {
      assert.deepEqual(applied(before, diffObjects(before, after)), after);
    }),
    { numRuns: 2000 },
  );
});

test("nothing is done to what is as it should be", () => {
  fc.assert(fc.property(someObject(), (object) => assert.deepEqual(diffObjects(object, structuredClone(object)), [])));
});

test("below the index of a list of names stands nothing without a test of that name before it", () => {
  fc.assert(
    fc.property(someObject(), someObject(), (before, after) => {
      const operations = diffObjects(before, after);
      operations.forEach((operation, i) => {
        const [element] = /^.*\/\d+(?=\/|$)/.exec(operation.path) ?? [];
        if (element === undefined || operation.op === "test") return;
        const isTested = operations.slice(0, i).some((one) => one.op === "test" && one.path.startsWith(`${element}/`));
        assert.ok(isTested || isUnnamed(before, operation.path), `${operation.op} ${operation.path}`);
      });
    }),
    { numRuns: 1000 },
  );
});

test("a patch fails where an element is not the one that was meant, and changes nothing of another", () => {
  const before = {
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
    ],
  };
  const operations = diffObjects(before, {
    env: [
      { name: "A", value: "1" },
      { name: "B", value: "3" },
    ],
  });
  const shifted = { env: [{ name: "NEW", value: "0" }, ...before.env] };
  assert.throws(() => applied(shifted, operations), /Test operation failed/);
});

const FOUR = ["A", "B", "C", "D"].map((name) => ({ name, value: name.toLowerCase() }));

const CASES: readonly (readonly [name: string, after: unknown, operations: readonly Operation[]])[] = [
  [
    "the first of four entries is removed",
    { env: FOUR.slice(1) },
    [test_("/env/0/name", "A"), { op: "remove", path: "/env/0" }],
  ],
  [
    "the last of four entries is removed",
    { env: FOUR.slice(0, 3) },
    [test_("/env/3/name", "D"), { op: "remove", path: "/env/3" }],
  ],
  [
    "two of four entries are removed, the later one first",
    { env: [FOUR[1], FOUR[3]] },
    [
      test_("/env/2/name", "C"),
      { op: "remove", path: "/env/2" },
      test_("/env/0/name", "A"),
      { op: "remove", path: "/env/0" },
    ],
  ],
  [
    "an entry is added at the end",
    { env: [...FOUR, { name: "E" }] },
    [{ op: "add", path: "/env/-", value: { name: "E" } }],
  ],
  [
    "an entry is added at the beginning",
    { env: [{ name: "0" }, ...FOUR] },
    [test_("/env/0/name", "A"), { op: "add", path: "/env/0", value: { name: "0" } }],
  ],
  [
    "one value is changed",
    { env: FOUR.map((one) => (one.name === "C" ? { ...one, value: "x" } : one)) },
    [test_("/env/2/name", "C"), { op: "replace", path: "/env/2/value", value: "x" }],
  ],
  [
    "the entries are in another order",
    { env: FOUR.toReversed() },
    [{ op: "replace", path: "/env", value: FOUR.toReversed() }],
  ],
  ["the list is gone", {}, [{ op: "remove", path: "/env" }]],
  ["a list of plain texts is replaced whole", { env: ["a"] }, [{ op: "replace", path: "/env", value: ["a"] }]],
  ["a key holds a slash and a tilde", { env: FOUR, "a/b~c": 1 }, [{ op: "add", path: "/a~1b~0c", value: 1 }]],
];

for (const [name, after, operations] of CASES)
  test(`when ${name}, these are the steps`, () => {
    assert.deepEqual(diffObjects({ env: FOUR }, after), operations);
    assert.deepEqual(applied({ env: FOUR }, operations), after);
  });

for (const [key, list] of [
  ["mountPath", [{ mountPath: "/a" }, { mountPath: "/b", readOnly: true }]],
  ["containerPort", [{ containerPort: 1 }, { containerPort: 2, protocol: "UDP" }]],
  ["topologyKey", [{ topologyKey: "zone" }, { topologyKey: "host", maxSkew: 2 }]],
  ["key", [{ key: "a" }, { key: "b", operator: "Exists" }]],
] as const)
  test(`elements without a name are told apart by ${key}`, () => {
    const [first, second] = list;
    const changed = { ...second, extra: "x" };
    assert.deepEqual(diffObjects({ list: [first, second] }, { list: [first, changed] }), [
      test_(`/list/1/${key}`, (second as Record<string, unknown>)[key]),
      { op: "add", path: "/list/1/extra", value: "x" },
    ]);
  });

test("claims of a StatefulSet are told apart by the name in their metadata", () => {
  const claim = (name: string, size: string): object => ({ metadata: { name }, spec: { size } });
  const operations = diffObjects(
    { list: [claim("a", "1"), claim("b", "1")] },
    { list: [claim("a", "1"), claim("b", "2")] },
  );
  assert.deepEqual(operations, [
    test_("/list/1/metadata/name", "b"),
    { op: "replace", path: "/list/1/spec/size", value: "2" },
  ]);
});

test("two mounts of one volume are told apart by their paths", () => {
  const mounts = [
    { name: "data", mountPath: "/a" },
    { name: "data", mountPath: "/b" },
  ];
  const operations = diffObjects({ mounts }, { mounts: [mounts[0], { ...mounts[1], readOnly: true }] });
  assert.deepEqual(operations, [
    test_("/mounts/1/mountPath", "/b"),
    { op: "add", path: "/mounts/1/readOnly", value: true },
  ]);
});

function test_(path: string, value: unknown): Operation {
  return { op: "test", path, value };
}

function applied(before: unknown, operations: readonly Operation[]): unknown {
  const document = structuredClone(before);
  return jsonpatch.applyPatch(document, structuredClone(operations) as Rfc6902[], true).newDocument as unknown;
}

/** Whether the list in which a path first goes below an index has no names: such a list is only replaced whole. */
function isUnnamed(before: unknown, path: string): boolean {
  const steps = path.split("/").slice(1);
  const index = steps.findIndex((step) => /^\d+$/.test(step));
  const list = steps
    .slice(0, index)
    .reduce<unknown>((inner, step) => (inner as Record<string, unknown> | undefined)?.[step], before);
  return !Array.isArray(list);
}

/** Objects as Kubernetes has them: fields, lists with names, lists without. */
function someObject(): fc.Arbitrary<object> {
  const value = fc.constantFrom<unknown>("a", "b", 1, true, null);
  const named = fc.uniqueArray(
    fc.record(
      {
        name: fc.constantFrom("A", "B", "C", "D", "E"),
        value,
        inner: fc.record({ x: value }, { requiredKeys: [], noNullPrototype: true }),
      },
      { requiredKeys: ["name"], noNullPrototype: true },
    ),
    { selector: ({ name }) => name, maxLength: 5 },
  );
  const nested = fc.uniqueArray(
    fc.record(
      { name: fc.constantFrom("c", "d"), env: named, args: fc.array(value, { maxLength: 3 }) },
      { requiredKeys: ["name"], noNullPrototype: true },
    ),
    { selector: ({ name }) => name, maxLength: 2 },
  );
  const key = fc.constantFrom("a", "b/c", "d~e", "", "0");
  return fc.record(
    {
      env: named,
      containers: nested,
      args: fc.array(value, { maxLength: 3 }),
      labels: fc.dictionary(key, value, { maxKeys: 3, noNullPrototype: true }),
      spec: fc.record({ a: value, list: named }, { requiredKeys: [], noNullPrototype: true }),
    },
    { requiredKeys: [], noNullPrototype: true },
  );
}
