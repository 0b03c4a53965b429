import type { z } from "zod";
import type { Finding } from "../lib/errors.ts";
import { isObject } from "../lib/merge.ts";
import { listed, suggestion } from "../lib/text.ts";
import { keysAt } from "./schema/walk.ts";
import type { Path, Source } from "./source.ts";

type Issue = z.core.$ZodIssue;

/** Turns what the schema refuses into findings: one each, with place and fix. `locate` maps a path in the checked value to one in the file. */
export function issueFindings(
  schema: z.ZodType,
  issues: readonly Issue[],
  source: Source,
  value: unknown,
  locate: (path: Path) => Path = (path) => path,
): Finding[] {
  return issues
    .flatMap((issue) => innermost(issue, []))
    .map(({ issue, path }) => issueFinding(schema, issue, path, source, value, locate));
}

/** A union says only "invalid": its nearest option (the one with the fewest complaints about an object) says what is wrong. */
function innermost(issue: Issue, prefix: readonly PropertyKey[]): { readonly issue: Issue; readonly path: Path }[] {
  const path = [...prefix, ...issue.path];
  if (issue.code !== "invalid_union") return [{ issue, path: path as Path }];
  const objects = issue.errors.filter((errors) =>
    errors.every((error) => error.path.length > 0 || error.code !== "invalid_type"),
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
): Finding {
  const where = source.where(locate(path));
  const field = dotted(path);
  if (issue.code === "unrecognized_keys") return unknownKey(schema, issue.keys, path, source, locate);
  if (issue.code === "invalid_key")
    return finding(
      "REGISTRY_NAME",
      source.whereKey(locate(path)),
      `"${String(path.at(-1))}" ${issue.issues[0]?.message ?? "is not allowed here"}`,
      "rename it",
    );
  if (issue.code === "invalid_type") return invalidType(issue, path, where, value);
  if (issue.code === "invalid_value")
    return finding(
      "REGISTRY_VALUE",
      where,
      `${field} must be one of ${listed(issue.values.map(String))}`,
      valueFix(issue.values, valueAt(value, path)),
    );
  return finding("REGISTRY_VALUE", where, `${field}: ${issue.message}`, `change it: ${issue.message}`);
}

function unknownKey(
  schema: z.ZodType,
  keys: readonly string[],
  path: Path,
  source: Source,
  locate: (path: Path) => Path,
): Finding {
  const [key = ""] = keys;
  const known = keysAt(schema, path);
  const others = keys.length > 1 ? ` (and ${listed(keys.slice(1))})` : "";
  const message = `${path.length === 0 ? "the registry" : dotted(path)} has no field "${key}"${others}`;
  return finding("REGISTRY_UNKNOWN_KEY", source.whereKey(locate([...path, key])), message, suggestion(key, known));
}

function invalidType(issue: Issue & { code: "invalid_type" }, path: Path, where: string, value: unknown): Finding {
  const written = valueAt(value, path);
  if (written === undefined)
    return finding(
      "REGISTRY_MISSING",
      where,
      `${dotted(path)} is missing`,
      `add "${String(path.at(-1))}" (${issue.expected})`,
    );
  return finding(
    "REGISTRY_TYPE",
    where,
    `${dotted(path)} must be of type ${issue.expected}, not ${typeName(written)}`,
    `write a value of type ${issue.expected}`,
  );
}

function valueFix(values: readonly unknown[], written: unknown): string {
  return typeof written === "string"
    ? suggestion(written, values.map(String))
    : `write one of ${listed(values.map(String))}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      isObject(inner) ? inner[String(step)] : Array.isArray(inner) ? (inner[Number(step)] as unknown) : undefined,
    value,
  );
}

function typeName(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
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
