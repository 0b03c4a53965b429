import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Document } from "yaml";
import { emitCommented, emitYaml } from "../../tools/lib/yaml.ts";

// Our blocks around the library's scalars are what the library would have written alone.

const text = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,4}){0,3}$/),
  fc.string({ maxLength: 20 }),
  // What kustomize would lose is quoted here before; hostile-strings.test.ts reads it back.
  fc.string({ unit: "grapheme", maxLength: 8 }).filter((value) => !/[\u007f-\u009f\u2028\u2029\ufeff]/.test(value)),
  fc.constantFrom(
    "yes",
    "12:30",
    "a\nb",
    "a\n\nb\n",
    "\n",
    " a\n b",
    "a\n",
    "\ta",
    "a: b",
    "- a",
    '#!/bin/sh\nset -eu\n\nexec "$@"\n',
    "x".repeat(200),
    "trailing \nblank",
  ),
);
const key = fc.oneof(
  fc.constantFrom("name", "on", "a.b/c", "12", "y"),
  fc.string({ maxLength: 10 }).filter((value) => !value.includes("\n")),
);
const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
}));

test("objects come out byte for byte as the library writes them", () => {
  fc.assert(
    fc.property(fc.dictionary(key, value, { maxKeys: 5 }), (object) => {
      const expected = new Document(object, { compat: "yaml-1.1", aliasDuplicateObjects: false }).toString({
        lineWidth: 0,
      });
      assert.equal(emitYaml(object), expected);
    }),
    { numRuns: 2000 },
  );
});

test("comments stand above the elements of lists that they are about", () => {
  const [first, second] = [{ name: "a", ports: [1] }, { name: "b" }];
  const comments = new Map([
    [first, ["One.", "", "Two."]],
    [second, ["Three."]],
  ]);
  assert.equal(
    emitCommented({ spec: { items: [first, second] }, end: 1 }, comments),
    "spec:\n  items:\n    # One.\n    #\n    # Two.\n    - name: a\n      ports:\n        - 1\n    # Three.\n    - name: b\nend: 1\n",
  );
});
