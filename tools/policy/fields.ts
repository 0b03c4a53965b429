import { isObject, type JsonObject } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";

// Objects that somebody else wrote may have any shape: these read what is there and never throw.

/** What stands at a path of an object, list indices included. */
export function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, step) =>
      Array.isArray(inner) ? (inner[Number(step)] as unknown) : isObject(inner) ? inner[String(step)] : undefined,
    value,
  );
}

export function objectAt(value: unknown, ...path: readonly (string | number)[]): JsonObject {
  const found = at(value, ...path);
  return isObject(found) ? found : {};
}

export function objectsAt(value: unknown, ...path: readonly (string | number)[]): JsonObject[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter(isObject) : [];
}

export function textAt(value: unknown, ...path: readonly (string | number)[]): string {
  const found = at(value, ...path);
  return typeof found === "string" || typeof found === "number" ? String(found) : "";
}

export function textsAt(value: unknown, ...path: readonly (string | number)[]): string[] {
  const found = at(value, ...path);
  return Array.isArray(found) ? found.filter((item) => typeof item === "string") : [];
}

export function numberAt(value: unknown, ...path: readonly (string | number)[]): number | null {
  const found = at(value, ...path);
  return typeof found === "number" ? found : null;
}

/** A map of texts, such as labels. */
export function textMapAt(value: unknown, ...path: readonly (string | number)[]): Readonly<Record<string, string>> {
  const entries = Object.entries(objectAt(value, ...path));
  return Object.fromEntries(
    entries.flatMap(([key, inner]) =>
      typeof inner === "string" || typeof inner === "number" ? [[key, String(inner)]] : [],
    ),
  );
}

/** Every text below a value, with the path that leads to it. */
export function textsBelow(
  value: unknown,
  path: readonly string[] = [],
): { readonly path: readonly string[]; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsBelow(inner, [...path, key]));
}

export function namespaceOf({ object }: Placed): string {
  return textAt(object, "metadata", "namespace");
}

export function annotationsOf(object: KubeObject): Readonly<Record<string, string>> {
  return textMapAt(object, "metadata", "annotations");
}

/** A LabelSelector: `matchLabels` and `matchExpressions`. https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/ */
export function selects(selector: unknown, labels: Readonly<Record<string, string>>): boolean {
  const wanted = objectAt(selector, "matchLabels");
  for (const key in wanted) if (labels[key] !== String(wanted[key])) return false;
  return objectsAt(selector, "matchExpressions").every((expression) => holds(expression, labels));
}

/** A label that whatever is selected must have, as `key=value`: what to look up by. Empty where there is none. */
export function firstLabel(selector: unknown): string {
  const [first] = Object.entries(objectAt(selector, "matchLabels"));
  return first ? `${first[0]}=${String(first[1])}` : "";
}

/** Whether a selector selects everything, being empty. */
export function isEmptySelector(selector: unknown): boolean {
  return Object.keys(objectAt(selector, "matchLabels")).length + objectsAt(selector, "matchExpressions").length === 0;
}

function holds(expression: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const value = labels[textAt(expression, "key")];
  const values = textsAt(expression, "values");
  switch (expression["operator"]) {
    case "In":
      return value !== undefined && values.includes(value);
    case "NotIn":
      return value === undefined || !values.includes(value);
    case "Exists":
      return value !== undefined;
    default:
      return value === undefined;
  }
}
