import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { PLATFORM } from "../support/legacy-workload.ts";
import { parseYamlStream } from "../support/yaml.ts";

// What docs/ shows is what other tests run.

test("docs/adopt.md shows the registry that is taken over with on a real cluster", () => {
  const [block] = blocks("docs/adopt.md", "json");
  assert.deepEqual(JSON.parse(block ?? ""), PLATFORM.services);
});

test("what docs/ci.md gives to copy is YAML, and runs the same three commands everywhere", () => {
  const pipelines = blocks("docs/ci.md", "yaml");
  assert.equal(pipelines.length, 2);
  for (const pipeline of pipelines) {
    assert.equal(parseYamlStream(pipeline).length, 1);
    for (const command of ["npm ci", "npm run gen -- --check", "npm run check", "kubectl diff -k overlays/staging"])
      assert.ok(pipeline.includes(command), command);
  }
});

test("no page names a script that package.json does not have", () => {
  const { scripts } = JSON.parse(readFileSync("package.json", "utf8")) as { scripts: Record<string, string> };
  for (const file of readdirSync("docs").filter((name) => name.endsWith(".md")))
    for (const [, name = ""] of readFileSync(`docs/${file}`, "utf8").matchAll(/npm run (?:-s )?([a-z]+)/g))
      assert.ok(scripts[name], `docs/${file}: npm run ${name}`);
});

function blocks(file: string, language: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(/```(\w+)\n([^]*?)```/g)].flatMap(([, found, text = ""]) =>
    found === language ? [text] : [],
  );
}
