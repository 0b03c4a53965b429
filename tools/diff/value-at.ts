import { isObject } from "../lib/merge.ts";

/** What stands at `spec.template.spec` of a value; undefined where nothing does. */
export function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

/** The same as a list; an absent one is empty. */
export function listAt(value: unknown, path: string): readonly unknown[] {
  const found = valueAt(value, path);
  return Array.isArray(found) ? found : [];
}

/** The same as text; null where there is none. */
export function textAt(value: unknown, path: string): string | null {
  const found = valueAt(value, path);
  return typeof found === "string" ? found : null;
}

/** The same as a number; null where there is none. */
export function numberAt(value: unknown, path: string): number | null {
  const found = valueAt(value, path);
  return typeof found === "number" ? found : null;
}
