import { isObject } from "../lib/merge.ts";

/** One field of an object. An element of a list is `[name]` where its list has names, else `[0]`. */
export interface Field {
  readonly path: readonly string[];
  readonly value: unknown;
}

// What tells the elements of Kubernetes' lists apart.
const NAMES = [["mountPath"], ["name"], ["metadata", "name"], ["key"], ["topologyKey"], ["ip"], ["type"]];

/** Every scalar of an object, and every list and map that is empty. */
export function fieldsOf(value: unknown, path: readonly string[] = []): Field[] {
  if (Array.isArray(value) && value.length > 0) {
    const names = namesOf(value);
    return value.flatMap((element: unknown, i) => fieldsOf(element, [...path, `[${names[i] ?? i}]`]));
  }
  if (isObject(value) && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([key, inner]) => fieldsOf(inner, [...path, key]));
  return [{ path, value }];
}

/** `spec.containers[core].env[LOG_LEVEL].value`; keys that are no words in quotes. */
export function shown(path: readonly string[]): string {
  return path.reduce((text, step) => {
    if (step.startsWith("[") && step.endsWith("]")) return `${text}${step}`;
    if (!/^[\w-]+$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === "" ? step : `${text}.${step}`;
  }, "");
}

function namesOf(list: readonly unknown[]): readonly string[] {
  for (const by of NAMES) {
    const names = list.map((element) =>
      by.reduce<unknown>((value, key) => (isObject(value) ? value[key] : null), element),
    );
    if (names.every((one) => typeof one === "string") && new Set(names).size === names.length) return names.map(String);
  }
  return [];
}
