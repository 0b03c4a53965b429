import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { CAUSES } from "../../dev/cluster/diagnosis/causes.ts";

// What docs/troubles.md tells of each code is what the code says of itself.

const page = readFileSync("docs/troubles.md", "utf8");
const rows = page.split("\n").filter((line) => line.startsWith("| `"));

test("the page has every cause with its fix, in the same words, and no other", () => {
  assert.deepEqual(
    rows,
    Object.entries(CAUSES).map(([code, { when, fix }]) => `| \`${code}\` | ${when} | ${fix} |`),
  );
});

test("every cause can be told: somewhere in the code it is named", () => {
  const folders = ["dev/cluster", "dev/cluster/diagnosis"];
  const files = folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith(".ts") && file !== "causes.ts")
      .map((file) => readFileSync(`${folder}/${file}`, "utf8")),
  );
  const unnamed = Object.keys(CAUSES).filter((code) => !files.some((text) => text.includes(`"${code}"`)));
  assert.deepEqual(unnamed, []);
});
