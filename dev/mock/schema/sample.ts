import { isObject } from "../http/body.ts";
import type { JsonObject } from "../http/body.ts";
import { stringFor } from "./string.ts";
import { numberFor } from "./number.ts";
import { flattened } from "./flatten.ts";
import { topicsOf } from "../words/words.ts";
import type { Subject } from "./subject.ts";
import { wishFor } from "./wish.ts";

/** A value that the JSON Schema accepts, always the same one: all its properties, what was asked where it fits. */
export function sample(schema: unknown, subject: Subject): unknown {
  return valueFor({ root: schema, subject, depth: 0, name: "", index: 0 }, schema);
}

interface Place {
  readonly root: unknown;
  readonly subject: Subject;
  readonly depth: number;
  /** Of the property. */
  readonly name: string;
  /** In its list: so that elements differ. */
  readonly index: number;
}

// Deeper than this only what is required: schemas may refer to themselves.
const fullDepth = 4;
const deepest = 24;

function valueFor(place: Place, given: unknown): unknown {
  if (place.depth > deepest) return null;
  const isDeep = place.depth >= fullDepth;
  const schema = flattened(given, place.root, isDeep);
  if ("const" in schema) return schema["const"];
  if (Array.isArray(schema["enum"])) return mentioned(schema["enum"], place);
  switch (typeOf(schema, isDeep)) {
    case "object":
      return objectFor(place, schema);
    case "array":
      return arrayFor(place, schema);
    case "integer":
    case "number":
      return numberFor(schema, place.subject.question, place.index);
    case "boolean":
      return place.index === 0;
    case "null":
      return null;
    default:
      return stringFor(schema, wishFor(place, schema));
  }
}

function typeOf(schema: JsonObject, isDeep: boolean): unknown {
  const { type } = schema;
  if (Array.isArray(type) && isDeep && type.includes("null")) return "null";
  if (Array.isArray(type)) return type.find((one) => one !== "null") ?? "null";
  if (type !== undefined) return type;
  if ("properties" in schema || "required" in schema || "additionalProperties" in schema) return "object";
  if ("items" in schema || "prefixItems" in schema) return "array";
  return ["minimum", "maximum", "exclusiveMinimum", "multipleOf"].some((key) => key in schema) ? "number" : "string";
}

function objectFor(place: Place, schema: JsonObject): JsonObject {
  const properties = isObject(schema["properties"]) ? schema["properties"] : {};
  const required = Array.isArray(schema["required"]) ? (schema["required"] as string[]) : [];
  const optional = place.depth < fullDepth ? Object.keys(properties) : [];
  const most = typeof schema["maxProperties"] === "number" ? schema["maxProperties"] : Infinity;
  const names = [...new Set([...required, ...optional])].slice(0, Math.max(most, required.length));
  const written = Object.keys(properties).filter((name) => names.includes(name));
  const order = [...written, ...names.filter((name) => !written.includes(name)), ...fillers(schema, names.length)];
  const extra = isObject(schema["additionalProperties"]) ? schema["additionalProperties"] : {};
  return Object.fromEntries(
    order.map((name) => [
      name,
      valueFor({ ...place, depth: place.depth + 1, name, index: 0 }, properties[name] ?? extra),
    ]),
  );
}

// `minProperties` of an object that may have any.
function fillers({ minProperties }: JsonObject, count: number): string[] {
  const missing = typeof minProperties === "number" ? Math.max(0, minProperties - count) : 0;
  return Array.from({ length: missing }, (_, index) => `property${index + 1}`);
}

function arrayFor(place: Place, schema: JsonObject): unknown[] {
  const first = Array.isArray(schema["prefixItems"]) ? schema["prefixItems"] : [];
  const least = typeof schema["minItems"] === "number" ? schema["minItems"] : 0;
  const most = typeof schema["maxItems"] === "number" ? schema["maxItems"] : Infinity;
  const wanted = place.depth < fullDepth && schema["items"] !== false ? Math.max(first.length, 1) : first.length;
  const length = Math.min(most, Math.max(least, wanted));
  return Array.from({ length }, (_, index) =>
    valueFor({ ...place, depth: place.depth + 1, index }, first[index] ?? schema["items"] ?? true),
  );
}

/** The first of the values that the question speaks of, else the first; in a list, the next ones after it. */
function mentioned(values: readonly unknown[], { subject, index }: Place): unknown {
  const asked = topicsOf(subject.question);
  const found = values.findIndex(
    (value) => typeof value === "string" && [...topicsOf(value)].some((word) => asked.has(word)),
  );
  return values[(Math.max(found, 0) + index) % values.length];
}
