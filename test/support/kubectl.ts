import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Every kubectl that overlays are rendered with: the one in PATH, and the oldest and newest of those that lie beside it. */
export function kubectls(): readonly { readonly name: string; readonly path: string }[] {
  const path = (process.env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "kubectl"))
    .find((file) => existsSync(file));
  if (path === undefined) return [];
  const folder = dirname(realpathSync(path));
  const versions = readdirSync(folder)
    .filter((name) => /^kubectl\.1\.\d+$/.test(name))
    .toSorted((a, b) => minor(a) - minor(b));
  const others = [versions[0], versions.at(-1)].filter((name) => name !== undefined);
  return [{ name: "kubectl", path }, ...[...new Set(others)].map((name) => ({ name, path: join(folder, name) }))];
}

/** What `kubectl kustomize` prints for a folder; throws with kubectl's own words. */
export function kustomize(kubectl: string, folder: string): string {
  return execFileSync(kubectl, ["kustomize", folder], { encoding: "utf8", maxBuffer: 64 * 2 ** 20 });
}

function minor(name: string): number {
  return Number(name.split(".").at(-1));
}
