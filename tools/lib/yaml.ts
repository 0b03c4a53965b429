import { Document, parse } from "yaml";

// YAML 1.1 readers (kubectl among them) take `on`, `0o17`, `12:30` and `2020-01-01` for something else than text;
// `compat` quotes whatever either version would misread. No anchors: Kubernetes files have none. No folding: stable diffs.
const SETTINGS = { compat: "yaml-1.1", aliasDuplicateObjects: false } as const;

/**
 * A value as YAML that YAML 1.1 and 1.2 readers understand alike; two spaces, no folding, no anchors. The library writes
 * every scalar, since quoting is where the traps are; the blocks around them are written here, and a test compares the
 * two byte for byte. A platform of thousands of objects is written in a tenth of the time.
 */
export function emitYaml(value: unknown): string {
  return typeof value === "object" && value !== null && !isFlow(value) ? block(value, "") : `${scalar(value)}\n`;
}

function block(value: object, indent: string): string {
  if (Array.isArray(value))
    return value.map((item: unknown) => `${indent}- ${inSequence(item, `${indent}  `)}`).join("");
  return Object.entries(value)
    .filter(([, inner]) => inner !== undefined)
    .map(([key, inner]) => `${indent}${onOneLine(key)}:${inMapping(inner, indent)}`)
    .join("");
}

function inMapping(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null || isFlow(value)) return ` ${nested(value, indent)}\n`;
  return `\n${block(value, `${indent}  `)}`;
}

function onOneLine(key: string): string {
  const text = scalar(key);
  return text.includes("\n") ? quoted(key) : text;
}

/** The first line of a block stands behind its dash. */
function inSequence(value: unknown, indent: string): string {
  if (typeof value !== "object" || value === null || isFlow(value)) return `${nested(value, indent.slice(2))}\n`;
  return block(value, indent).slice(indent.length);
}

/** Text of several lines is a block of its own: its lines stand two blanks further in than what holds it. */
function nested(value: unknown, indent: string): string {
  const text = scalar(value);
  return text.includes("\n") ? text.replaceAll(/\n(?=[^\n])/g, `\n${indent}`) : text;
}

const scalars = new Map<unknown, string>();
const MAX_SCALARS = 50_000;

/** A scalar, or an empty collection, as the library writes it behind a key. */
function scalar(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "[]" : "{}";
  const known = scalars.get(value);
  if (known !== undefined) return known;
  const text = typeof value !== "string" ? written(value) : isName(value) ? value : textOf(value);
  // A session of days sees ever new hashes and texts; what is in use now is remembered again at once.
  if (scalars.size >= MAX_SCALARS) scalars.clear();
  scalars.set(value, text);
  return text;
}

function textOf(value: string): string {
  return isMisread(value) ? quoted(value) : written(value);
}

/** Lower-case words joined by `-`: the most frequent of all texts. Not even `e-1`, which YAML 1.1 takes for a number. */
function isName(text: string): boolean {
  return /^[a-z]{2}[a-z0-9]*(-[a-z0-9]+)+$/.test(text);
}

function written(value: unknown): string {
  return new Document({ k: value }, SETTINGS).toString({ lineWidth: 0 }).replace(/^k: ?/, "").replace(/\n$/, "");
}

/** Go's reader takes a tab at the beginning of a block for indentation. */
function isMisread(text: string): boolean {
  return ESCAPED.test(text) || /^\s*\t[^]*\n/.test(text);
}

function isFlow(value: object): boolean {
  return Object.keys(value).length === 0;
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

// What YAML 1.1 takes for the end of a line, and what its readers refuse; the library leaves both as they are.
// oxlint-disable-next-line no-control-regex
const ESCAPED = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/;

/** JSON, with that escaped too. */
function quoted(text: string): string {
  return JSON.stringify(text).replaceAll(
    new RegExp(ESCAPED, "g"),
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

export function parseYaml(text: string): unknown {
  return parse(text) as unknown;
}
