import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";

// What the README shows of files is what they hold: <!-- path --> before a block names the file. UPDATE_GOLDEN=1 writes it.

const BLOCK = /<!-- (\S+) -->\n```(\w+)\n([\s\S]*?)```/g;

test("the README shows files as they are", () => {
  const text = readFileSync("README.md", "utf8");
  const current = text.replaceAll(
    BLOCK,
    (_, path: string, language: string) => `<!-- ${path} -->\n\`\`\`${language}\n${readFileSync(path, "utf8")}\`\`\``,
  );
  if (process.env["UPDATE_GOLDEN"]) writeFileSync("README.md", current);
  else assert.equal(text, current);
});

test("the README names no script that package.json does not have", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  const named = [...readFileSync("README.md", "utf8").matchAll(/npm run (?:-s )?([a-z]+)/g)].map(
    ([, name]) => name ?? "",
  );
  assert.deepEqual(
    [...new Set(named)].filter((name) => !scripts[name]),
    [],
  );
});
