import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { endpoints } from "../../dev/mock/endpoints/index.ts";
import { checkSettings } from "../../dev/mock/settings/check.ts";

const page = readFileSync("docs/mock.md", "utf8");
const readme = readFileSync("dev/mock/README.md", "utf8");

test("docs/mock.md names every endpoint, and none that is not there", () => {
  const named = [...page.matchAll(/^\| (`[^|]*) \|/gm)].flatMap(([, cell = ""]) =>
    cell.includes("/api/create") ? [] : [...cell.matchAll(/`(?:[A-Z]+ )?(\/[^`]*)`/g)].map(([, path]) => path),
  );
  assert.equal(new Set(named).size, named.length);
  assert.deepEqual(new Set(named), new Set(endpoints.map(({ path }) => path)));
});

test("every path is answered by one endpoint alone", () => {
  assert.equal(new Set(endpoints.map(({ path }) => path)).size, endpoints.length);
});

test("the README names every variable that is read, and its rules are settings", () => {
  const sources = readdirSync("dev/mock", { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));
  const read = sources.flatMap((file) => readFileSync(`dev/mock/${file}`, "utf8").match(/MOCK_[A-Z_]+/g) ?? []);
  const variables = [...new Set(read)].filter((name) => name !== "MOCK_LISTEN");
  assert.ok(variables.length > 5);
  for (const name of variables) assert.ok(readme.includes(`| \`${name}\` |`), name);
  const [, json = ""] = /```json\n(\{\n {2}"rules"[^]*?)```/.exec(readme) ?? [];
  assert.equal(checkSettings(JSON.parse(json), "README").rules?.length, 5);
});
