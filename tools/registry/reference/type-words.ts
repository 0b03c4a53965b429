import { z } from "zod";
import { type Around, bare, isLayer } from "./walk.ts";

/** Where an object, or what a layer lies over, is described: Markdown that leads there. */
export type LinkTo = (schema: z.ZodObject) => string;

/** What may be written, in JSON's words: `text`, `whole number, 1–65535`, `list of text`, `` `TCP` or `UDP` ``. Markdown. */
export function typeWords(written: z.ZodType, linkTo: LinkTo, around: Around = new Set()): string {
  const schema = bare(written);
  if (around.has(schema.def)) return "the same";
  const inner = (one: unknown): string => typeWords(one as z.ZodType, linkTo, new Set([...around, schema.def]));
  if (schema instanceof z.ZodObject) return isLayer(schema) ? `partial ${linkTo(schema)}` : linkTo(schema);
  if (schema instanceof z.ZodRecord) return mapWords(inner(schema.keyType), inner(schema.valueType));
  if (schema instanceof z.ZodArray) return listWords(schema, inner(schema.element));
  if (schema instanceof z.ZodTuple) return `list: ${schema.def.items.map(inner).join(", ")}`;
  if (schema instanceof z.ZodUnion) return ownWords(schema) ?? [...new Set(schema.options.map(inner))].join(" or ");
  if (schema instanceof z.ZodEnum) return schema.options.map((value) => code(String(value))).join(" or ");
  if (schema instanceof z.ZodLiteral)
    return [...schema.values].map((value) => code(JSON.stringify(value))).join(" or ");
  return scalarWords(schema);
}

/** Every rule with details that is only named in a type: `a DNS-1123 label` → what that is. */
export function formatsIn(schemas: readonly z.ZodType[]): Map<string, string> {
  const messages = schemas.flatMap((schema) => messagesOf(bare(schema)));
  const formats = messages.flatMap((message) => {
    const [name = "", ...details] = message.split(": ");
    return details.length === 0 ? [] : [[name.replace(/^must be /, ""), details.join(": ")] as const];
  });
  return new Map(formats);
}

function scalarWords(schema: z.ZodType): string {
  if (schema.def.type === "number") return numberWords(schema as z.ZodNumber);
  if (schema.def.type === "string") return textWords(schema);
  return SCALARS[schema.def.type] ?? schema.def.type;
}

const SCALARS: Readonly<Record<string, string>> = {
  boolean: "true or false",
  null: "`null`",
  any: "anything",
  unknown: "anything",
  never: "nothing",
};

function numberWords({ minValue, maxValue, isInt }: z.ZodNumber): string {
  const name = isInt ? "whole number" : "number";
  const [least, most] = [limit(minValue), limit(maxValue)];
  if (least !== null && most !== null) return `${name}, ${least}–${most}`;
  if (least !== null) return `${name}, at least ${least}`;
  return most === null ? name : `${name}, at most ${most}`;
}

/** The bounds of what a number can hold say nothing. */
function limit(value: number | null): number | null {
  return value === null || Math.abs(value) >= Number.MAX_SAFE_INTEGER ? null : value;
}

/** `a DNS-1123 label, at most 15 characters`: the first rule mostly names the whole; of two limits the last is the stricter. */
function textWords(schema: z.ZodType): string {
  const rules = messagesOf(schema).map((message) => (message.split(": ")[0] ?? "").replace(/, being .*$/, ""));
  const [first = "", ...rest] = rules.map((rule) => rule.replace(/^must be (?=an? |at )/, ""));
  const others = rest.filter((rule, i) => !(isMost(rule) && rest.slice(i + 1).some(isMost)));
  const all = first === "" ? [] : [first, ...others];
  return (/^an? /.test(first) ? all : ["text", ...all]).join(", ");
}

function isMost(rule: string): boolean {
  return rule.startsWith("at most ");
}

/** What the schema says to those who break its rules; a pattern without words is shown as it is. */
function messagesOf(schema: z.ZodType): string[] {
  const { checks = [] } = schema.def as { readonly checks?: readonly z.core.$ZodCheck[] };
  // Dates, addresses and the like are types of their own, which carry their check themselves.
  const own = "check" in schema.def ? [schema.def as unknown as Check] : [];
  return [...own, ...checks.map(({ _zod }) => _zod.def as Check)].flatMap(messageOf);
}

interface Check {
  readonly check: string;
  readonly pattern?: RegExp;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly error?: (issue: never) => unknown;
}

function messageOf({ check, pattern, minimum, maximum, error }: Check): string[] {
  const message = error?.({} as never);
  if (typeof message === "string") return [message];
  if (check === "min_length" && minimum !== undefined)
    return minimum === 1 ? ["not empty"] : [`at least ${minimum} characters`];
  if (check === "max_length" && maximum !== undefined) return [`at most ${maximum} characters`];
  return pattern ? [`as ${code(pattern.source)}`] : [];
}

/** A union of texts and numbers may say in one sentence what it is. */
function ownWords(schema: z.ZodUnion): string | null {
  const isPlain = schema.options.every((option) => ["string", "number"].includes(bare(option as z.ZodType).def.type));
  const message = schema.def.error?.({} as never);
  return isPlain && typeof message === "string" ? message.replace(/^must be /, "") : null;
}

function mapWords(key: string, value: string): string {
  return key === "text" ? `map of ${value}` : `map of ${value}, by ${key}`;
}

function listWords(schema: z.ZodArray, element: string): string {
  const isFilled = (schema.def.checks ?? []).some(({ _zod }) => _zod.def.check === "min_length");
  return `list of ${element}${isFilled ? ", not empty" : ""}`;
}

function code(text: string): string {
  return `\`${text}\``;
}
