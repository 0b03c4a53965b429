import { sortedEntries } from "../lib/merge.ts";
import { parseEnvFile } from "../registry/env-file.ts";
import type { EnvValue } from "../registry/schema/service.ts";

export interface EnvVariable {
  readonly name: string;
  readonly value: EnvValue;
}

/**
 * Variables by name, except that what a text uses as `$(NAME)` comes before its user: Kubernetes expands only what is
 * already defined. https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function orderedVariables(
  env: Readonly<Record<string, EnvValue>> | undefined,
  resolve: (text: string) => string,
): EnvVariable[] {
  const entries = sortedEntries(env).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? resolve(value) : value,
  }));
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const placed = new Set<string>();
  const ordered: EnvVariable[] = [];
  const place = (entry: EnvVariable): void => {
    if (placed.has(entry.name)) return;
    placed.add(entry.name);
    for (const used of usedVariables(entry.value)) {
      const other = byName.get(used);
      if (other) place(other);
    }
    ordered.push(entry);
  };
  entries.forEach(place);
  return ordered;
}

/** `$(NAME)`; `$$(NAME)` is an escaped one. */
function usedVariables(value: EnvValue): string[] {
  if (typeof value !== "string") return [];
  return [...value.matchAll(/(\$+)\(([^)]+)\)/g)].flatMap(([, dollars = "", name = ""]) =>
    dollars.length % 2 === 1 ? [name] : [],
  );
}

/** Variables of env files, as Compose reads them: of two, the later file wins. Nothing in them is resolved. */
export function variablesOf(
  names: readonly string[] | undefined,
  texts: ReadonlyMap<string, string>,
): Record<string, EnvValue> {
  return Object.assign({}, ...(names ?? []).map((name) => parseEnvFile(texts.get(name) ?? ""))) as Record<
    string,
    EnvValue
  >;
}
