import { byCodePoint } from "../../lib/merge.ts";
import { type Field, type Layer, type Reference, type Section, anchorOf } from "./reference.ts";

/** The reference as one Markdown document. */
export function referenceMarkdown({ sections, formats }: Reference): string {
  return `${[
    "<!-- Generated from the schema: npm run schema -- --reference --write docs/reference.md -->",
    "",
    "# The fields of services.json",
    "",
    "What may be written where, and what holds where nothing is written. `<name>` is a name of yours, `[]` an entry of a list;",
    'fields in **bold** are required. Editors know the same from `"$schema": "./tools/registry/services.schema.json"`.',
    "",
    ...sections.filter(({ depth }) => depth <= LISTED_DEPTH).map(contentsLine),
    "",
    ...sections.flatMap(sectionLines),
    ...formatLines(formats),
  ]
    .join("\n")
    .trimEnd()}\n`;
}

// What lies deeper stands right below, and would hide the rest.
const LISTED_DEPTH = 2;

function contentsLine({ path, depth }: Section): string {
  return `${"  ".repeat(Math.max(0, depth - 1))}- [${headingOf(path)}](#${anchorOf(path)})`;
}

function headingOf(path: string): string {
  return path === "" ? "The file" : `\`${path}\``;
}

function sectionLines({ path, alsoAt, description, alternatives, layers }: Section): string[] {
  const paragraphs = [
    ...(description === null ? [] : [inText(description)]),
    ...(alsoAt.length === 0 ? [] : [`The same at ${alsoAt.map((one) => `\`${one}\``).join(", ")}.`]),
    ...(layers.length === 0 ? [] : [layerText(layers)]),
    ...alternatives.flatMap((fields, i) => [...(i === 0 ? [] : ["or"]), table(fields)]),
  ];
  return [`## ${headingOf(path)}`, "", ...paragraphs.flatMap((paragraph) => [paragraph, ""])];
}

function table(fields: readonly Field[]): string {
  const rows = fields.map(({ name, isRequired, type, description }) => {
    const field = isRequired ? `**\`${name}\`**` : `\`${name}\``;
    return `| ${[field, type, inText(description)].map(inTable).join(" | ")} |`;
  });
  return ["| field | type | what it is |", "|---|---|---|", ...rows].join("\n");
}

function layerText(layers: readonly Layer[]): string {
  return [
    "Parts of it may also stand at the places below, where nothing is required and `null` removes:",
    "",
    ...layers.map(({ path, without }) => `- \`${path}\`: ${without.length === 0 ? "every field" : allBut(without)}`),
  ].join("\n");
}

function allBut(fields: readonly string[]): string {
  return `every field but ${fields.map((field) => `\`${field}\``).join(", ")}`;
}

function formatLines(formats: ReadonlyMap<string, string>): string[] {
  if (formats.size === 0) return [];
  const rows = [...formats].toSorted(([a], [b]) => byCodePoint(a, b));
  return [
    "## Formats",
    "",
    "| what | means |",
    "|---|---|",
    ...rows.map((row) => `| ${row.map(inTable).join(" | ")} |`),
  ];
}

/** Outside of code, `<` would begin a tag. */
function inText(text: string): string {
  return text
    .split(/(`[^`]*`)/)
    .map((part, i) => (i % 2 === 1 ? part : part.replaceAll("<", "&lt;")))
    .join("");
}

function inTable(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
}
