import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { check } from "../../tools/commands/check.ts";
import { systemExec } from "../../tools/lib/exec.ts";
import { UNCHECKED } from "../../tools/policy/pages/unchecked.ts";
import { CHECKS } from "../../tools/policy/run.ts";
import { FOREIGN_CHECKS } from "../support/foreign-checks.ts";

// The pages below docs/ are what the command prints. UPDATE_GOLDEN=1 writes them.

for (const [page, flags] of [
  ["docs/checks.md", { list: true, markdown: true }],
  ["docs/exceptions.md", { exceptions: true }],
] as const)
  test(`${page} is current`, async () => {
    const result = await check.run({
      root: resolve("."),
      exec: systemExec,
      positionals: [],
      flags,
      progress: () => {},
      ask: null,
      report: () => {},
      stopped: () => Promise.resolve(),
    });
    const text = `${result?.output.join("\n")}\n`;
    assert.equal(result?.exitCode, 0);
    if (process.env["UPDATE_GOLDEN"]) writeFileSync(page, text);
    else assert.equal(readFileSync(page, "utf8"), text, `${page} is stale: UPDATE_GOLDEN=1 writes it`);
  });

const tags = new Set([...CHECKS, ...UNCHECKED].flatMap((one) => one.tags));

for (const [tool, ids] of Object.entries(FOREIGN_CHECKS))
  test(`each of the ${ids.length} checks of ${tool} is made, or said not to be`, () => {
    assert.deepEqual(
      ids.filter((id) => !tags.has(`${tool}/${id}`)),
      [],
    );
  });

test("what is not checked names checks that exist", () => {
  const codes = new Set(CHECKS.map(({ code }) => code));
  const words = UNCHECKED.flatMap(({ why }) => why.match(/\b[A-Z]+_[A-Z_]+[A-Z]\b/g) ?? []);
  assert.ok(words.length > 10);
  assert.deepEqual(
    words.filter((word) => !codes.has(word) && !/_FILE$|^MAX_TOKENS$/.test(word)),
    [],
  );
});
