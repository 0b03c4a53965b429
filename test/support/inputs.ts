import { parseRegistry } from "../../tools/registry/parse.ts";
import type { Inputs } from "../../tools/registry/read.ts";
import { validate } from "../../tools/registry/validate.ts";
import { vendoredObjects } from "../../tools/registry/vendored/vendored.ts";

/** Inputs from a registry written as data; a registry with errors is a mistake of the test. */
export function inputsOf(registry: unknown, files: ReadonlyMap<string, string> = new Map()): Inputs {
  const parsed = parseRegistry(JSON.stringify(registry, null, 2), "services.json");
  const { vendored, findings } = vendoredObjects(parsed.registry, parsed.source, files);
  const all = [...validate(parsed.registry, parsed.source), ...findings];
  const errors = all.filter(({ severity }) => severity === "error");
  if (errors.length > 0)
    throw new Error(errors.map(({ code, where, message }) => `${code} ${where} ${message}`).join("\n"));
  return { ...parsed, files, lock: {}, vendored };
}
