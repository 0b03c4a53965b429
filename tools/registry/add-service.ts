import { type Node, applyEdits, findNodeAtLocation, parseTree } from "jsonc-parser";
import { type JsonObject, isObject } from "../lib/merge.ts";

// A new entry is written as its neighbours are: whoever reads the difference sees one entry, and nothing else has moved.

/** The text of a registry with one service more, at the end of `services`. The text must be one that was read without errors. */
export function withService(written: string, name: string, entry: JsonObject): string {
  const mark = written.startsWith("\ufeff") ? "\ufeff" : "";
  const text = written.slice(mark.length);
  const services = servicesIn(text);
  const style = styleOf(text, services);
  const last = services.children?.at(-1);
  const added = `${JSON.stringify(name)}${style.colon}${multiLine(entry, style, style.entryIndent, style.isEntryOneLine)}`;
  const edit = last
    ? { offset: last.offset + last.length, length: 0, content: `,${style.gap}${added}` }
    : { offset: services.offset, length: services.length, content: `{${style.gap}${added}${style.end}}` };
  return mark + applyEdits(text, [edit]);
}

/** How the entries of `services` are written. */
interface Style {
  readonly eol: string;
  /** `": "`, or `":"` where no blanks are. */
  readonly colon: string;
  /** Within the braces of an object on one line. */
  readonly padding: string;
  readonly unit: string;
  /** Null where everything is on one line. */
  readonly entryIndent: string | null;
  readonly isEntryOneLine: boolean;
  readonly areFieldsOneLine: boolean;
  /** What stands before an entry, and after the only one. */
  readonly gap: string;
  readonly end: string;
}

function styleOf(text: string, services: Node): Style {
  const entries = services.children ?? [];
  const [last, beforeLast] = [entries.at(-1), entries.at(-2)];
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const outer = indentOf(text, services.parent?.offset ?? 0);
  const unit = outer === null || outer === "" ? "  " : outer;
  const entryIndent = last ? indentOf(text, last.offset) : outer === null ? null : outer + unit;
  const isSpaced = /":\s/.test(text);
  const isApart = last && beforeLast && /\n\s*\n/.test(text.slice(beforeLast.offset + beforeLast.length, last.offset));
  const values = entries.flatMap((property) => property.children?.[1] ?? []);
  const fields = values.flatMap(objectsIn);
  return {
    eol,
    colon: isSpaced ? ": " : ":",
    padding: occurrences(text, '{ "') < occurrences(text, '{"') ? "" : " ",
    unit,
    entryIndent,
    isEntryOneLine: mostly(
      values.filter((value) => (value.children?.length ?? 0) > 1),
      text,
    ),
    areFieldsOneLine: mostly(fields.length > 0 ? fields : objectsBeside(services), text),
    gap: entryIndent === null ? (isSpaced ? " " : "") : `${eol}${isApart ? eol : ""}${entryIndent}`,
    end: entryIndent === null ? "" : `${eol}${outer ?? ""}`,
  };
}

function servicesIn(text: string): Node {
  const root = parseTree(text);
  const services = root && findNodeAtLocation(root, ["services"]);
  if (services?.type !== "object") throw new Error("unchecked registry without services");
  return services;
}

/** What stands before a place on its line, where that is nothing but blanks. */
function indentOf(text: string, offset: number): string | null {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  const before = text.slice(start, offset);
  return start > 0 && before.trim() === "" ? before : null;
}

/** Objects among an entry's fields, that hold something. */
function objectsIn(entry: Node): Node[] {
  const fields = (entry.children ?? []).flatMap((property) => property.children?.[1] ?? []);
  return fields.filter((field) => field.type === "object" && (field.children?.length ?? 0) > 0);
}

/** Where no service shows how: what the other maps of the registry hold. */
function objectsBeside(services: Node): Node[] {
  const maps = (services.parent?.parent?.children ?? []).flatMap((property) => property.children?.[1] ?? []);
  return maps.filter((map) => map !== services).flatMap(objectsIn);
}

function mostly(nodes: readonly Node[], text: string): boolean {
  const onOneLine = nodes.filter(({ offset, length }) => !text.slice(offset, offset + length).includes("\n"));
  return onOneLine.length * 2 > nodes.length;
}

function occurrences(text: string, part: string): number {
  return text.split(part).length - 1;
}

/** An entry, or a field of one; below a line there are only lines. */
function multiLine(value: unknown, style: Style, indent: string | null, isOneLine: boolean): string {
  if (!isObject(value) || Object.keys(value).length === 0 || isOneLine || indent === null) return oneLine(value, style);
  const inner = indent + style.unit;
  const fields = Object.entries(value).map(
    ([key, field]) =>
      `${inner}${JSON.stringify(key)}${style.colon}${multiLine(field, style, inner, style.areFieldsOneLine)}`,
  );
  return `{${style.eol}${fields.join(`,${style.eol}`)}${style.eol}${indent}}`;
}

function oneLine(value: unknown, style: Style): string {
  const separator = style.colon === ":" ? "," : ", ";
  if (Array.isArray(value)) return `[${value.map((item) => oneLine(item, style)).join(separator)}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([key, field]) => `${JSON.stringify(key)}${style.colon}${oneLine(field, style)}`,
  );
  return fields.length === 0 ? "{}" : `{${style.padding}${fields.join(separator)}${style.padding}}`;
}
