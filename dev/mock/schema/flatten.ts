import { isObject } from "../http/body.ts";
import type { JsonObject } from "../http/body.ts";

/**
 * The schema with its `$ref` followed, its `allOf` merged and the first usable of its alternatives taken: with `isDeep`
 * null, where it is one, else what is not just null.
 */
export function flattened(given: unknown, root: unknown, isDeep: boolean, depth = 0): JsonObject {
  if (!isObject(given) || depth > 16) return {};
  const { $ref, allOf, anyOf, oneOf, ...own } = given;
  const parts: unknown[] = [
    ...(typeof $ref === "string" ? [pointed(root, $ref)] : []),
    ...(Array.isArray(allOf) ? allOf : []),
    ...[anyOf, oneOf].filter(Array.isArray).map((alternatives) => usable(alternatives, isDeep)),
  ];
  return parts.reduce<JsonObject>((whole, part) => merged(whole, flattened(part, root, isDeep, depth + 1)), own);
}

function usable(alternatives: readonly unknown[], isDeep: boolean): unknown {
  return alternatives.find((one) => (isObject(one) && one["type"] === "null") === isDeep) ?? alternatives[0];
}

// Both must hold: properties and required add up, bounds take the narrower, of the rest the first speaks.
function merged(a: JsonObject, b: JsonObject): JsonObject {
  return Object.fromEntries([...new Set([...Object.keys(a), ...Object.keys(b)])].map((key) => [key, both(key, a, b)]));
}

function both(key: string, a: JsonObject, b: JsonObject): unknown {
  const [one, other] = [a[key], b[key]];
  if (one === undefined || other === undefined) return one ?? other;
  if (key === "properties" && isObject(one) && isObject(other)) return mergedProperties(one, other);
  if (key === "required" && Array.isArray(one) && Array.isArray(other)) return [...new Set([...one, ...other])];
  if (key === "enum" && Array.isArray(one) && Array.isArray(other)) return one.filter((value) => other.includes(value));
  if (typeof one === "number" && typeof other === "number")
    return /^(?:min|exclusiveMin)/.test(key) ? Math.max(one, other) : Math.min(one, other);
  return one;
}

function mergedProperties(one: JsonObject, other: JsonObject): JsonObject {
  const common = Object.keys(one).filter((name) => Object.hasOwn(other, name));
  return { ...one, ...other, ...Object.fromEntries(common.map((name) => [name, { allOf: [one[name], other[name]] }])) };
}

/** What a JSON pointer of this document names; anything when it names nothing. */
function pointed(root: unknown, reference: string): unknown {
  const steps = reference
    .replace(/^#\/?/, "")
    .split("/")
    .filter((step) => step !== "");
  return steps.reduce<unknown>((value, step) => {
    const name = decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~");
    return isObject(value) || Array.isArray(value) ? (value as Record<string, unknown>)[name] : undefined;
  }, root);
}
