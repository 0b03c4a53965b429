import type { z } from "zod";
import type { Finding } from "../lib/errors.ts";
import { isObject } from "../lib/merge.ts";
import { didYouMean, listed, suggestion } from "../lib/text.ts";
import { keysAt } from "./schema/walk.ts";
import type { Path, Source } from "./source.ts";

type Issue = z.core.$ZodIssue;

// Of one object. A file of nonsense has millions; whoever mends a thousand is told of the next ones.
const MAX_KEYS = 1000;

/** Turns what the schema refuses into findings: one each, with place and fix. `locate` maps a path in the checked value to one in the file. */
export function issueFindings(
  schema: z.ZodType,
  issues: readonly Issue[],
  source: Source,
  value: unknown,
  locate: (path: Path) => Path = (path) => path,
): Finding[] {
  const all = issues.flatMap((issue) => innermost(issue, []));
  const unknown = unknownKeys(all);
  return all
    .filter((one) => !isMisspelt(one, unknown))
    .flatMap(({ issue, path }) => issueFinding(schema, issue, path, source, value, locate));
}

interface Placed {
  readonly issue: Issue;
  readonly path: Path;
}

/** A field that is missing because its name is misspelt is told once, as the name that is not known. */
function isMisspelt({ issue, path }: Placed, unknown: ReadonlyMap<string, readonly string[]>): boolean {
  if (issue.code !== "invalid_type" && issue.code !== "invalid_value") return false;
  const written = unknown.get(dotted(path.slice(0, -1))) ?? [];
  return written.some((key) => didYouMean(key, [String(path.at(-1))]) !== null);
}

/** Path of an object → its keys that nobody knows. */
function unknownKeys(all: readonly Placed[]): Map<string, string[]> {
  const keys = new Map<string, string[]>();
  for (const { issue, path } of all)
    if (issue.code === "unrecognized_keys") keys.set(dotted(path), [...(keys.get(dotted(path)) ?? []), ...issue.keys]);
  return keys;
}

/** A union says only "invalid": its nearest option (the one with the fewest complaints about an object) says what is wrong. */
function innermost(issue: Issue, prefix: readonly PropertyKey[]): Placed[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union") return [{ issue, path: path as Path }];
  const objects = issue.errors.filter((errors) =>
    errors.every((error) => error.path.length > 0 || error.code === "unrecognized_keys"),
  );
  const nearest = objects.toSorted((a, b) => weight(a) - weight(b))[0];
  if (!nearest) return [{ issue, path: path as Path }];
  return nearest.flatMap((inner) => innermost(inner, path));
}

/** A key that is missing weighs less than one that does not belong there. */
function weight(issues: readonly Issue[]): number {
  return issues.reduce((sum, issue) => sum + (issue.code === "unrecognized_keys" ? 2 * issue.keys.length : 1), 0);
}

function issueFinding(
  schema: z.ZodType,
  issue: Issue,
  path: Path,
  source: Source,
  value: unknown,
  locate: (path: Path) => Path,
): Finding[] {
  const where = source.where(locate(path));
  const written = valueAt(value, path);
  if (issue.code === "unrecognized_keys")
    return issue.keys.slice(0, MAX_KEYS).flatMap((key) => unknownKey(schema, key, path, source, locate));
  if (issue.code === "invalid_key")
    return [invalidName(String(path.at(-1)), source.whereKey(locate(path)), issue.issues[0]?.message)];
  if (issue.code === "invalid_type") return [invalidType(issue.expected, path, where, written)];
  if (issue.code === "invalid_value") return [invalidValue(issue.values.map(String), path, where, written)];
  const message = wordsOf(issue);
  return [finding("REGISTRY_VALUE", where, `${dotted(path)} ${message}`, textFix(message, written))];
}

function unknownKey(
  schema: z.ZodType,
  key: string,
  path: Path,
  source: Source,
  locate: (path: Path) => Path,
): Finding[] {
  // JSON's reader has refused it already, wherever it stands.
  if (key === "__proto__") return [];
  const message = `${path.length === 0 ? "the registry" : dotted(path)} has no field "${key}"`;
  const where = source.whereKey(locate([...path, key]));
  return [finding("REGISTRY_UNKNOWN_KEY", where, message, suggestion(key, keysAt(schema, path)))];
}

function invalidName(name: string, where: string, message = "is not allowed here"): Finding {
  const near = message.includes("DNS-1123")
    ? name
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, "-")
        .replaceAll(/^-|-$/g, "")
    : "";
  const fix = near === "" ? `rename it: it ${message}` : `rename it, such as "${near}"`;
  return finding("REGISTRY_NAME", where, `the name "${name}" ${message}`, fix);
}

function invalidType(expected: string, path: Path, where: string, written: unknown): Finding {
  const wanted = TYPES[expected] ?? expected;
  const field = path.length === 0 ? "the file" : dotted(path);
  if (written === undefined) return missing(path, where, wanted);
  return finding(
    "REGISTRY_TYPE",
    where,
    `${field} must be ${wanted}, not ${typeName(written)}`,
    typeFix(wanted, written),
  );
}

// JSON's words for what the schema calls otherwise.
const TYPES: Readonly<Record<string, string>> = {
  array: "a list",
  boolean: "true or false",
  int: "a whole number",
  number: "a number",
  object: "an object",
  record: "an object",
  string: "text",
};

/** What is only written with quotes too few or too many is shown as it should be. */
function typeFix(wanted: string, written: unknown): string {
  if (wanted === "text" && (typeof written === "number" || typeof written === "boolean"))
    return `write it as text: "${written}"`;
  const bare = typeof written === "string" && /^(-?\d+|true|false)$/.test(written);
  return bare && wanted !== "text" ? `write it without quotes: ${written}` : `write ${wanted} here`;
}

function textFix(message: string, written: unknown): string {
  if (/\btext\b/.test(message) && (typeof written === "number" || typeof written === "boolean"))
    return `write it as text: "${written}"`;
  return `write another value: it ${message}`;
}

/** The schema's own words; where it has none, the limit. */
function wordsOf(issue: Issue): string {
  if (issue.code === "too_small" && issue.message.startsWith("Too small")) return `must be at least ${issue.minimum}`;
  if (issue.code === "too_big" && issue.message.startsWith("Too big")) return `must be at most ${issue.maximum}`;
  return issue.message;
}

function invalidValue(values: readonly string[], path: Path, where: string, written: unknown): Finding {
  const choice = `one of ${listed(values)}`;
  if (written === undefined) return missing(path, where, choice);
  const fix = typeof written === "string" ? suggestion(written, values) : `write ${choice}`;
  return finding("REGISTRY_VALUE", where, `${dotted(path)} must be ${choice}`, fix);
}

function missing(path: Path, where: string, wanted: string): Finding {
  return finding("REGISTRY_MISSING", where, `${dotted(path)} is missing`, `add "${String(path.at(-1))}": ${wanted}`);
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      isObject(inner) ? inner[String(step)] : Array.isArray(inner) ? (inner[Number(step)] as unknown) : undefined,
    value,
  );
}

function typeName(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const type = Array.isArray(value) ? "array" : typeof value;
  return value === null ? "null" : (TYPES[type] ?? type);
}

function finding(code: string, where: string, message: string, fix: string): Finding {
  return { code, severity: "error", where, message, fix };
}

/** `services.core.env.PORT`; keys that hold dots or slashes are bracketed. */
export function dotted(path: Path): string {
  return path
    .map((step, i) =>
      /^[A-Za-z_][\w-]*$/.test(String(step)) ? `${i > 0 ? "." : ""}${step}` : `[${JSON.stringify(step)}]`,
    )
    .join("");
}
