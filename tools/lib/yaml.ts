import { Document, parse } from "yaml";

// YAML 1.1 readers (kubectl among them) take `on`, `0o17`, `12:30` and `2020-01-01` for something else than text;
// `compat` quotes whatever either version would misread. No anchors: Kubernetes files have none. No folding: stable diffs.
const SETTINGS = { compat: "yaml-1.1", aliasDuplicateObjects: false } as const;

/** A value as YAML that YAML 1.1 and 1.2 readers understand alike; two spaces, no folding, no anchors. */
export function emitYaml(value: unknown): string {
  return new Document(value, SETTINGS).toString({ lineWidth: 0 });
}

/**
 * A value on one line: `{op: test, path: /spec, value: core}`. Text that needs quotes gets JSON's, which YAML 1.1 and 1.2
 * read alike; the library would fold long lines here, and leaves `:!` bare, which kubectl cannot read.
 */
export function emitFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(emitFlow).join(", ")}]`;
  if (typeof value === "string") return isPlain(value) ? value : quoted(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([key, inner]) => `${emitFlow(key)}: ${emitFlow(inner)}`)
    .join(", ")}}`;
}

/** Letters, digits and `_ . / -` only, and nothing that a reader takes for a number, a date or a truth value. */
function isPlain(text: string): boolean {
  return /^[\w/][\w./-]*$/.test(text) && emitYaml(text) === `${text}\n`;
}

/** JSON, with what YAML takes for a line break or refuses escaped too. */
function quoted(text: string): string {
  // oxlint-disable-next-line no-control-regex
  return JSON.stringify(text).replaceAll(
    /[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function parseYaml(text: string): unknown {
  return parse(text) as unknown;
}
