import { stat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { Finding } from "../lib/errors.ts";
import { isObject } from "../lib/merge.ts";
import { REGISTRY_FILE } from "./input-file.ts";
import type { Registry } from "./schema.ts";
import type { Path, Source } from "./source.ts";

/** Paths of `develop.watch` that are not there, or are not what they seem. Sources may lie elsewhere: a warning. */
export async function watchedPathFindings(root: string, registry: Registry, source: Source): Promise<Finding[]> {
  const found = watchedPaths(registry).map(async ({ path, at }): Promise<Finding[]> => {
    const stats = await stat(join(root, path)).catch(() => null);
    const where = source.where(at);
    if (stats === null)
      return [
        {
          code: "WATCH_PATH",
          severity: "warning",
          where,
          message: `there is no "${path}": the rule will never be about a file`,
          fix: `create it, relative to ${REGISTRY_FILE}, or correct the path`,
        },
      ];
    if (stats.isDirectory() || posix.extname(path) !== "") return [];
    return [
      {
        code: "WATCH_FILE",
        severity: "error",
        where,
        message: `"${path}" is a file without an extension, which is taken for a folder`,
        fix: `name its folder, and write "include": ["${posix.basename(path)}"]`,
      },
    ];
  });
  return (await Promise.all(found)).flat();
}

/** Wherever a service or a layer says one. */
function watchedPaths({ services, defaults, environments }: Registry): { readonly path: string; readonly at: Path }[] {
  const found: { path: string; at: Path }[] = [];
  const visit = (value: unknown, at: Path): void => {
    if (Array.isArray(value) && at.at(-2) === "develop" && at.at(-1) === "watch") {
      for (const [i, rule] of value.entries())
        if (isObject(rule) && typeof rule["path"] === "string" && !leadsOut(rule["path"]))
          found.push({ path: rule["path"], at: [...at, i, "path"] });
    } else if (isObject(value)) for (const [key, inner] of Object.entries(value)) visit(inner, [...at, key]);
  };
  visit({ services, defaults, environments }, []);
  return found;
}

/** A rule of its own tells these. */
function leadsOut(path: string): boolean {
  return posix.isAbsolute(path) || posix.normalize(path).startsWith("..");
}
