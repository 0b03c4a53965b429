import { isObject } from "../lib/merge.ts";

const LONGEST_LINE = 160;

/** Sections and entries of which stand apart from each other, as a person would write them. */
const SPACED = new Set(["services"]);

/** A registry as text: what fits on a line stands on one, services have a line between them. */
export function formatRegistry(registry: object): string {
  const sections = Object.entries(registry).map(([key, value], i, all) => {
    const isSmall = !isObject(value);
    const isApart = i > 0 && !(isSmall && !isObject(all[i - 1]?.[1]));
    return `${isApart ? "\n" : ""}  ${JSON.stringify(key)}: ${isSmall ? oneLine(value) : block(value, "  ", SPACED.has(key))}`;
  });
  return `{\n${sections.join(",\n")}\n}\n`;
}

/** Always on several lines: one an entry. */
function block(value: object, indent: string, isSpaced: boolean): string {
  const inner = `${indent}  `;
  const entries = Object.entries(value).map(([key, one]) => {
    const isService = isSpaced && isObject(one) && Object.keys(one).length > 0;
    return `${inner}${JSON.stringify(key)}: ${isService ? block(one, inner, false) : format(one, inner, key.length + 4)}`;
  });
  if (entries.length === 0) return "{}";
  return `{\n${entries.join(isSpaced ? ",\n\n" : ",\n")}\n${indent}}`;
}

/** `before` is how many characters stand on the line already, besides the indent. */
function format(value: unknown, indent: string, before: number): string {
  const line = oneLine(value);
  if (typeof value !== "object" || value === null || indent.length + before + line.length < LONGEST_LINE) return line;
  const inner = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${value.map((one) => `${inner}${format(one, inner, 0)}`).join(",\n")}\n${indent}]`;
  return block(value, indent, false);
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${oneLine(inner)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
