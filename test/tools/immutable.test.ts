import assert from "node:assert/strict";
import { test } from "node:test";
import { IMMUTABLE } from "../../tools/diff/immutable.ts";
import { apiGroup } from "../../tools/diff/object-name.ts";
import { refusals } from "../../tools/diff/refusals.ts";
import { CASES } from "../support/immutable-cases.ts";

// What is said of the API here, test/cluster/immutable.test.ts asks of a real one.

for (const { title, before, after, outcome } of CASES)
  test(`${title} is ${outcome}`, () => {
    const found = refusals(before, after);
    if (outcome === "accepted") assert.deepEqual(found, []);
    else assert.ok(found.length > 0 && found.every(({ message }) => (message === null) === (outcome === "kept")));
    for (const { fields } of found) assert.ok(fields.length > 0);
  });

test("every row of the table has a case that it alone decides", () => {
  const undecided = IMMUTABLE.filter(
    (row) =>
      !CASES.some(
        ({ before, after, outcome }) =>
          outcome !== "accepted" &&
          row.kind === before.kind &&
          row.group === apiGroup(before.apiVersion) &&
          refusals(before, after).some(
            ({ fields, message }) => message === row.message && fields.every(({ path }) => path.startsWith(row.path)),
          ),
      ),
  );
  assert.deepEqual(
    undecided.map(({ kind, path }) => `${kind} ${path}`),
    [],
  );
});

test("nothing is refused of an object that stays as it is", () => {
  for (const { before } of CASES) assert.deepEqual(refusals(before, structuredClone(before)), []);
});
