import { isObject } from "../lib/merge.ts";
import { lineChanges } from "../lib/text.ts";
import { emitFlow } from "../lib/yaml.ts";
import { LIST_KEYS, nameOf } from "../layout/patch.ts";
import { parseImage } from "../model/image.ts";
import type { FieldChange } from "./fields.ts";
import { isConfigHash, shortPath } from "./pods.ts";

const MAX_WIDTH = 100;
const MAX_LINES = 12;

/** A changed field in lines for people: `+` added, `-` removed, `~` changed. What is cut short says so. */
export function fieldLines(field: FieldChange): string[] {
  const path = shortPath(field.path);
  const [before, after] = [shown(field.before, path), shown(field.after, path)];
  if (isConfigHash(field)) return [];
  if (field.type === "added") return [`+ ${path}: ${valueText(after)}`];
  if (field.type === "removed") return [`- ${path}: ${valueText(before)}`];
  if (field.type === "reordered") return [`~ ${path}: in another order`];
  if (typeof before !== "string" || typeof after !== "string")
    return [`~ ${path}: ${valueText(before)} → ${valueText(after)}`];
  if (path.endsWith(".image")) return [`~ ${path}: ${imageTexts(before, after).join(" → ")}`];
  if (!`${before}${after}`.includes("\n")) return [`~ ${path}: ${valueText(before)} → ${valueText(after)}`];
  return [`~ ${path}:`, ...textLines(before, after)];
}

/** Without the name that is in the path already; of a variable its value alone. */
function shown(value: unknown, path: string): unknown {
  if (!isObject(value)) return value;
  const key = LIST_KEYS.find((one) => path.endsWith(`[${String(nameOf(value, one))}]`))?.[0] ?? "";
  const { [key]: _, ...rest } = value;
  const [only] = Object.keys(rest);
  return Object.keys(rest).length === 1 && (only === "value" || only === "valueFrom") ? rest[only] : rest;
}

function valueText(value: unknown): string {
  const text = typeof value === "string" && value !== "" && !value.includes("\n") ? value : emitFlow(value);
  return text.length > MAX_WIDTH ? `${text.slice(0, MAX_WIDTH)}…` : text;
}

/** Where only the version changes, nothing but the version and the last part of the name: registries differ by environment. */
function imageTexts(before: string, after: string): [string, string] {
  const [old, wanted] = [parseImage(before), parseImage(after)];
  if (old.name !== wanted.name) return [before, after];
  const name = old.name.split("/").at(-1) ?? old.name;
  const text = ({ tag, digest }: typeof old): string =>
    `${name}${tag === null ? "" : `:${tag}`}${digest === null ? "" : `@${digest.slice(0, "sha256:".length + 12)}…`}`;
  return [text(old), text(wanted)];
}

function textLines(before: string, after: string): string[] {
  const lines = lineChanges(before, after);
  const more = lines.length - MAX_LINES;
  return [
    ...lines.slice(0, MAX_LINES).map((line) => `    ${line}`),
    ...(more > 0 ? [`    … ${more} more (--json has all)`] : []),
  ];
}
