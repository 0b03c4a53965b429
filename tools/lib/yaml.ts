import { Document, LineCounter, type Tags, parse, parseAllDocuments } from "yaml";

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

/** The same, with comments: an element of a list → the lines that stand above it, without their `# `. */
export function emitCommented(value: object, comments: Comments): string {
  return block(value, "", comments);
}

/** By identity: the very elements that are emitted. */
export type Comments = ReadonlyMap<unknown, readonly string[]>;

// Loops: most of the generator's time is spent in its first second, before anything is compiled that would make lists cheap.
function block(value: object, indent: string, comments?: Comments): string {
  let text = "";
  if (Array.isArray(value))
    for (const item of value)
      text += `${above(item, indent, comments)}${indent}- ${inSequence(item, `${indent}  `, comments)}`;
  else
    for (const [key, inner] of Object.entries(value))
      if (inner !== undefined) text += `${indent}${onOneLine(key)}:${inMapping(inner, indent, comments)}`;
  return text;
}

function above(item: unknown, indent: string, comments?: Comments): string {
  if (comments === undefined) return "";
  return (
    comments
      .get(item)
      ?.map((line) => `${indent}# ${line}`.trimEnd() + "\n")
      .join("") ?? ""
  );
}

function inMapping(value: unknown, indent: string, comments?: Comments): string {
  if (typeof value !== "object" || value === null || isFlow(value)) return ` ${nested(value, indent)}\n`;
  return `\n${block(value, `${indent}  `, comments)}`;
}

function onOneLine(key: string): string {
  const text = scalar(key);
  return text.includes("\n") ? quoted(key) : text;
}

/** The first line of a block stands behind its dash. */
function inSequence(value: unknown, indent: string, comments?: Comments): string {
  if (typeof value !== "object" || value === null || isFlow(value)) return `${nested(value, indent.slice(2))}\n`;
  return block(value, indent, comments).slice(indent.length);
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
  if (typeof value === "boolean" || (Number.isSafeInteger(value) && !Object.is(value, -0))) return String(value);
  const known = scalars.get(value);
  if (known !== undefined) return known;
  const text = typeof value === "string" ? textOf(value) : written(value);
  // A session of days sees ever new hashes and texts; what is in use now is remembered again at once.
  if (scalars.size >= MAX_SCALARS) scalars.clear();
  scalars.set(value, text);
  return text;
}

/** The library takes a twentieth of a millisecond for each: what nearly every text is like is written here as it would write it. */
function textOf(value: string): string {
  if (NAME.test(value) || WORD.test(value) || REFERENCE.test(value) || HASH.test(value)) return value;
  if (DIGITS.test(value)) return `"${value}"`;
  if (LINES.test(value)) return `|\n  ${value.trimEnd().replaceAll(/\n(?=[^\n])/g, "\n  ")}`;
  return isMisread(value) ? quoted(value) : written(value);
}

/** Lower-case words joined by `-`. Not even `e-1`, which YAML 1.1 takes for a number. */
const NAME = /^[a-z]{2}[a-z0-9]*(-[a-z0-9]+)+$/;

/** What begins with more letters than any truth value has. */
const WORD = /^[a-zA-Z]{6}(?:[\w.-]*\w)?$/;

/** Hexadecimal, with more letters than one `e` or one `b`, as numbers have. */
const HASH = /^[0-9a-f]*[a-df][0-9a-f]*[a-df][0-9a-f]*$/;

const DIGITS = /^\d+$/;

/** Images, addresses, paths: with a `/` no text is a number, a date or a truth value. */
const REFERENCE = /^(?=.*\/)[a-zA-Z/][\w./:-]*[\w/]$/;

/** Lines of ASCII: patches, scripts, settings. */
const LINES = /^[!-~](?:[ -~\n]*[!-~])?\n$/;

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

/** One document of a YAML stream. Lines and columns count from 1. */
export interface YamlDocument {
  readonly value: unknown;
  /** Why it is none; then `value` means nothing. */
  readonly problem: (YamlPlace & { readonly message: string }) | null;
  /** Where what stands at a path begins, or the nearest thing around it. */
  at(path: readonly (string | number)[]): YamlPlace;
}

export interface YamlPlace {
  readonly line: number;
  readonly column: number;
}

/** Every document of a stream as `kubectl apply -f` reads it: YAML 1.1 without its clock times and dates. Empty ones are left out. */
export function parseYamlStream(text: string): YamlDocument[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    customTags: kubectlTags,
    lineCounter: lines,
    logLevel: "error",
  });
  if ("empty" in documents) return [];
  const place = (offset: number): YamlPlace => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  return documents
    .map((document) => yamlDocument(document, place))
    .filter(({ value, problem }) => problem !== null || value !== null);
}

function yamlDocument(document: Document.Parsed, place: (offset: number) => YamlPlace): YamlDocument {
  const at = (path: readonly (string | number)[]): YamlPlace => {
    for (let length = path.length; length > 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isRanged(node)) return place(node.range[0]);
    }
    return place(document.contents?.range[0] ?? document.range[0]);
  };
  const [error] = document.errors;
  if (error) return { value: null, problem: { ...place(error.pos[0]), message: firstLine(error.message) }, at };
  try {
    return { value: document.toJS() as unknown, problem: null, at };
  } catch (thrown) {
    // Aliases that stand for more than anybody would write.
    if (!(thrown instanceof ReferenceError)) throw thrown;
    return { value: null, problem: { ...at([]), message: firstLine(thrown.message) }, at };
  }
}

/**
 * Go's reader knows neither 12:30 as a number nor dates, reads 0o17 as well as 017, and takes a number that is larger than
 * any for text: kustomize writes the hash 334e036590255619 without quotes.
 */
function kubectlTags(tags: Tags): Tags {
  const known = tags.filter(
    (tag) => typeof tag === "string" || (tag.format !== "TIME" && tag.tag !== "tag:yaml.org,2002:timestamp"),
  );
  return [
    ...known.map((tag) =>
      typeof tag === "string" || tag.format !== "EXP" ? tag : ({ ...tag, resolve: finiteNumber } as typeof tag),
    ),
    {
      tag: "tag:yaml.org,2002:int",
      default: true,
      format: "OCT",
      test: /^[-+]?0o[0-7]+$/,
      resolve: (octal: string) => Number.parseInt(octal.replace("0o", ""), 8),
    },
  ];
}

function finiteNumber(text: string): number | string {
  const number = Number(text.replaceAll("_", ""));
  return Number.isFinite(number) ? number : text;
}

function isRanged(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range);
}

/** The library draws the place below its message. */
function firstLine(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
}
