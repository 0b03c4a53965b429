import type { Finding } from "../../lib/errors.ts";
import type { Entry } from "./entry.ts";
import { finding } from "./entry.ts";
import type { Imported } from "./index.ts";
import type { PlacedVariable } from "./loading.ts";
import { pathText } from "./node.ts";
import { isSecret, passwordInUrl } from "./secrets.ts";

/** One line a key: where it stands, what it is, what it became. */
export function reportLines({ entries, variables }: Imported): readonly string[] {
  const rows = [
    ...variables.filter(({ from }) => from !== "secret").map(variableRow),
    ...entries.map((entry) => [entry.where, pathText(entry.path) || "the file", outcome(entry)] as const),
  ];
  const widths = [0, 1].map((column) => Math.min(56, Math.max(0, ...rows.map((row) => row[column]?.length ?? 0))));
  return rows.map(
    ([where, key, became]) => `${where.padEnd(widths[0] ?? 0)}  ${key.padEnd(widths[1] ?? 0)}  ${became}`,
  );
}

function variableRow({ where, name, from, value }: PlacedVariable): readonly [string, string, string] {
  const words = {
    given: `"${shown(value)}", as .env says`,
    default: `"${shown(value)}", its default`,
    unset: "nothing: it is not set",
    secret: "",
  };
  return [where, `\${${name}}`, `= ${words[from]}`];
}

/** A variable of a harmless name may still hold a secret. */
function shown(value: string): string {
  const url = passwordInUrl(value);
  return url ? `${url[0]}…${url[2]}` : isSecret("", value) ? "…" : value;
}

function outcome({ to, told }: Entry): string {
  if (to === null) return "told";
  return told === null ? `→ ${to}` : `→ ${to}, told`;
}

/** What is told, once for all places of which the same is to be said. */
export function reportFindings({ entries, variables }: Imported): readonly Finding[] {
  const told = entries.flatMap((entry) => (entry.told === null ? [] : [finding(entry.where, entry.told)]));
  const unset = variables.filter(({ from, required }) => from === "unset" && required === null);
  return [...together(told), ...together(unset.map(unsetFinding))];
}

function unsetFinding({ where, name }: PlacedVariable): Finding {
  const fix = `write ${name}=… into .env, or ${name}'s value into services.json`;
  return {
    code: "COMPOSE_VARIABLE",
    severity: "warning",
    where,
    message: `the variable ${name} is not set: nothing stands for it`,
    fix,
  };
}

function together(findings: readonly Finding[]): readonly Finding[] {
  const groups = new Map<string, Finding[]>();
  for (const one of findings) {
    const key = `${one.code}\n${one.message}\n${one.fix}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    if (!first) return [];
    const places = [...new Set(others.map(({ where }) => where))].filter((where) => where !== first.where);
    const file = first.where.replace(/:\d+:\d+$/, "");
    const lines = places.map((where) => (where.startsWith(`${file}:`) ? where.slice(file.length + 1) : where));
    return [{ ...first, where: [first.where, ...lines].slice(0, 12).join(", ") + (lines.length > 11 ? ", …" : "") }];
  });
}
