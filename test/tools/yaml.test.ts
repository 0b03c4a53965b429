import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { Document } from "yaml";
import { emitCommented, emitYaml } from "../../tools/lib/yaml.ts";

// Our blocks around the library's scalars are what the library would have written alone.

const text = fc.oneof(
  fc.stringMatching(/^[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,4}){0,3}$/),
  // What is written without the library, and what is nearly such.
  fc.stringMatching(/^[a-zA-Z0-9/_.:@~+-]{0,6}\/[a-zA-Z0-9/_.:@-]{0,6}$/),
  fc.stringMatching(/^[a-zA-Z]{4,7}[a-zA-Z0-9_.-]{0,4}$/),
  fc.stringMatching(/^[0-9a-fox_.]{1,8}$/),
  fc.stringMatching(/^[0-9]{1,20}$/),
  fc.stringMatching(/^[ -~]{0,4}(\n[ -~]{0,4}){1,4}\n{0,2}$/),
  fc.stringMatching(/^[-a:|# ]{0,2}(\n[-a:.# ]{0,3}){1,4}\n{0,2}$/),
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
    "---\na: b\n",
    "a\n...\nb\n",
    "a\n\n  \n\nb\n",
    "/",
    "//",
    "a/b:",
    "a:/b",
    "localhost:5000/a:1.0",
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
    fc.double(),
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
    { numRuns: 3000 },
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
