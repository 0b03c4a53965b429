import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

test("docs/linters.md names the versions that are installed", () => {
  const installed = [...readFileSync(".ci/install-linters", "utf8").matchAll(/^of_\w+ (\S+) .*?v?(\d+\.\d+\.\d+)$/gm)];
  const rows = readFileSync("docs/linters.md", "utf8").matchAll(/^\| \[(.+?)\]\(.+?\) \| (\S+) \|/gm);
  const told = [...rows].map(([, name, version]) => `${name} ${version}`.toLowerCase());
  const expected = installed
    .map(([, name = "", version]) => `${name.replace(/^@(.+)\/.*/, "$1")} ${version}`)
    // Not a linter: it brings the schemas that kubeconform reads.
    .filter((one) => !one.startsWith("kubernetes-validate "));
  assert.deepEqual(told.toSorted(), expected.toSorted());
  assert.ok(told.length >= 6);
});
