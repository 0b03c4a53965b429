import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

// What images are built from has to be in the enclave's mirror, by the very versions.

interface Package {
  readonly dependencies?: Readonly<Record<string, string>>;
}

test("every package that an image installs is declared in mirror.packages.npm", () => {
  const { mirror } = JSON.parse(readFileSync("services.json", "utf8")) as {
    readonly mirror: { readonly packages: { readonly npm: { readonly names: readonly string[] } } };
  };
  const folders = readdirSync("services", { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [`services/${entry.name}`] : [],
  );
  const wanted = [...folders, "dev/mock"].flatMap(dependenciesOf);
  assert.ok(wanted.length > 10);
  assert.deepEqual(mirror.packages.npm.names, [...new Set(wanted)].toSorted());
});

function dependenciesOf(folder: string): string[] {
  if (!readdirSync(folder).includes("package.json")) return [];
  const { dependencies = {} } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8")) as Package;
  return Object.entries(dependencies).map(([name, version]) => `${name}@${version}`);
}
