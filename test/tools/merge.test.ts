import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { byCodePoint, mergeLayers, mergePatch, sameJson, sortKeys } from "../../tools/lib/merge.ts";

// https://www.rfc-editor.org/rfc/rfc7396#appendix-A
const APPENDIX_A: readonly (readonly [target: unknown, patch: unknown, result: unknown])[] = [
  [{ a: "b" }, { a: "c" }, { a: "c" }],
  [{ a: "b" }, { b: "c" }, { a: "b", b: "c" }],
  [{ a: "b" }, { a: null }, {}],
  [{ a: "b", b: "c" }, { a: null }, { b: "c" }],
  [{ a: ["b"] }, { a: "c" }, { a: "c" }],
  [{ a: "c" }, { a: ["b"] }, { a: ["b"] }],
  [{ a: { b: "c" } }, { a: { b: "d", c: null } }, { a: { b: "d" } }],
  [{ a: [{ b: "c" }] }, { a: [1] }, { a: [1] }],
  [
    ["a", "b"],
    ["c", "d"],
    ["c", "d"],
  ],
  [{ a: "b" }, ["c"], ["c"]],
  [{ a: "foo" }, null, null],
  [{ a: "foo" }, "bar", "bar"],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: "b", c: null }, { a: "b" }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
];

for (const [target, patch, result] of APPENDIX_A)
  test(`${JSON.stringify(patch)} laid over ${JSON.stringify(target)} is ${JSON.stringify(result)}`, () => {
    assert.deepEqual(mergePatch(target, patch), result);
  });

test("a key that is called __proto__ is one like any other", () => {
  const patch = JSON.parse('{"__proto__":{"a":1,"b":null},"c":null}') as unknown;
  for (const target of [{}, [], { c: 1 }]) {
    const merged = mergePatch(target, patch);
    assert.equal(JSON.stringify(merged), '{"__proto__":{"a":1}}');
    assert.equal(Object.getPrototypeOf(merged), Object.prototype);
  }
});

test("merging changes neither what is patched nor the patch", () => {
  fc.assert(
    fc.property(json(), json(), (target, patch) => {
      const before = JSON.stringify([target, patch]);
      mergePatch(target, patch);
      assert.equal(JSON.stringify([target, patch]), before);
    }),
  );
});

test("the same patch laid over twice is the same as once", () => {
  fc.assert(
    fc.property(json(), json(), (target, patch) => {
      const once = mergePatch(target, patch);
      assert.deepEqual(mergePatch(once, patch), once);
    }),
  );
});

test("the order in which keys are written decides nothing", () => {
  fc.assert(
    fc.property(json(), json(), (target, patch) => {
      assert.ok(sameJson(mergePatch(turned(target), turned(patch)), mergePatch(target, patch)));
      assert.equal(JSON.stringify(sortKeys(turned(target))), JSON.stringify(sortKeys(target)));
    }),
  );
});

test("later layers win, and absent ones are skipped", () => {
  assert.deepEqual(mergeLayers([{ a: 1, b: 1 }, undefined, { b: 2, c: { d: 1 } }, { c: { e: 2 }, a: null }]), {
    b: 2,
    c: { d: 1, e: 2 },
  });
  assert.deepEqual(mergeLayers([]), {});
});

test("what is one thing is replaced, not merged", () => {
  const isWhole = (path: readonly string[]): boolean => path.length === 2 && path[0] === "env";
  const layers = [
    { env: { A: { secret: "s", key: "k" } }, other: { A: { x: 1 } } },
    { env: { A: { field: "f" } }, other: { A: { y: 2 } } },
  ];
  assert.deepEqual(mergeLayers(layers, isWhole), { env: { A: { field: "f" } }, other: { A: { x: 1, y: 2 } } });
});

test("keys are ordered by code point, in every locale", () => {
  const words = ["ä", "Z", "a", "z", "10", "9", "_", "É", "e\u0301", "-"];
  assert.deepEqual(words.toSorted(byCodePoint), ["-", "10", "9", "Z", "_", "a", "e\u0301", "z", "É", "ä"]);
});

test("equality of JSON is that of values: keys in any order, lists in one", () => {
  assert.ok(sameJson({ a: 1, b: [1, { c: 2 }] }, { b: [1, { c: 2 }], a: 1 }));
  for (const [a, b] of [
    [
      [1, 2],
      [2, 1],
    ],
    [{ a: 1 }, { a: 1, b: undefined }],
    [{}, []],
    [null, {}],
    ["1", 1],
    [{ a: undefined }, { b: undefined }],
  ])
    assert.ok(!sameJson(a, b), JSON.stringify([a, b]));
});

function json(): fc.Arbitrary<unknown> {
  return fc.json({ maxDepth: 3 }).map((text) => JSON.parse(text) as unknown);
}

/** The same with the keys of every object the other way round. */
function turned(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(turned);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([key, inner]) => [key, turned(inner)]),
  );
}
