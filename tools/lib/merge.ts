/** A JSON object as it comes out of a registry. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether what stands at a path is one thing, replaced and never merged. */
export type IsWhole = (path: readonly string[]) => boolean;

/**
 * RFC 7396 merge: later wins, objects merge key by key, `null` removes, everything else is replaced whole.
 * Neither argument is changed. https://www.rfc-editor.org/rfc/rfc7396
 */
export function mergePatch(
  target: unknown,
  patch: unknown,
  isWhole: IsWhole = () => false,
  path: readonly string[] = [],
): unknown {
  if (!isObject(patch)) return patch;
  const merged: Record<string, unknown> = isObject(target) && !isWhole(path) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value, isWhole, [...path, key]);
  }
  return merged;
}

/** Merges layers from weakest to strongest; absent ones are skipped. */
export function mergeLayers(layers: readonly unknown[], isWhole?: IsWhole): JsonObject {
  return layers
    .filter((layer) => layer !== undefined)
    .reduce<unknown>((merged, layer) => mergePatch(merged, layer, isWhole), {}) as JsonObject;
}

/** The same value with the keys of every object in code-point order, so that output never depends on how a file was written. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return value.map(sortKeys) as T;
  if (!isObject(value)) return value;
  const keys = Object.keys(value).toSorted(byCodePoint);
  return Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])])) as T;
}

/** What an object itself says under a name: every JavaScript object answers to `constructor`. */
export function own<T>(record: { readonly [key: string]: T } | undefined, name: string): T | undefined {
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Entries in code-point order: the same in every locale. */
export function sortedEntries<T>(record: { readonly [key: string]: T } | undefined): [string, T][] {
  return Object.entries(record ?? {}).toSorted(([a], [b]) => byCodePoint(a, b));
}

export function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Equality of JSON values; the order of keys means nothing, that of lists does. */
export function sameJson(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
