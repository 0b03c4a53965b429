import assert from "node:assert/strict";
import { test } from "node:test";
import { readFileSync, readdirSync } from "node:fs";
import { byCodePoint } from "../../tools/lib/merge.ts";

// A thing is added with one new file and one line: no file may be forgotten in its list.

const LISTS: readonly { readonly folder: string; readonly besides?: readonly string[] }[] = [
  { folder: "tools/render/kinds" },
  { folder: "tools/policy/checks" },
  ...readdirSync("tools/policy/checks")
    .filter((entry) => entry !== "index.ts")
    .map((group) => ({ folder: `tools/policy/checks/${group}` })),
  { folder: "tools/registry/rules", besides: ["rule.ts", "whole"] },
  { folder: "tools/registry/rules/whole" },
  { folder: "dev/delivery", besides: ["cluster-type.ts", "select.ts", "disk", "images", "nodes", "sink"] },
];

for (const { folder, besides = [] } of LISTS) {
  test(`${folder}/index.ts lists every file of its folder`, () => {
    const listed = [...readFileSync(`${folder}/index.ts`, "utf8").matchAll(/from "\.\/([^"]+)"/g)].map(
      ([, file = ""]) => file.replace(/\/index\.ts$/, ""),
    );
    const there = readdirSync(folder).filter((file) => file !== "index.ts" && !besides.includes(file));
    assert.deepEqual(listed.toSorted(byCodePoint), there.toSorted(byCodePoint));
  });
}

test("no file is longer than 250 lines", () => {
  const long = ["tools", "dev", "services", "test"]
    .flatMap(sources)
    .filter((file) => readFileSync(file, "utf8").split("\n").length > 251);
  assert.deepEqual(long, []);
});

test("no file is called after nothing in particular", () => {
  const vague = ["tools", "dev", "services", "test"]
    .flatMap(sources)
    .filter((file) => /\/(utils?|helpers?|types|common|misc)\.ts$/.test(file));
  assert.deepEqual(vague, []);
});

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return entry.name === "node_modules" ? [] : sources(path);
    return path.endsWith(".ts") ? [path] : [];
  });
}
