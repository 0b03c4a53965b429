/** A JSON object as it comes out of a registry. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether what stands at a path is one thing, replaced and never merged. */
export type IsWhole = (path: readonly string[]) => boolean;

/**
 * RFC 7396 merge: later wins, objects merge key by key, `null` removes, everything else is replaced whole.
 * Neither argument is changed; the result may share parts with both. https://www.rfc-editor.org/rfc/rfc7396
 */
export function mergePatch(target: unknown, patch: unknown, isWhole: IsWhole = () => false): unknown {
  return mergedAt(target, patch, isWhole, []);
}

/** `path` is one list for the whole walk: at the end it is as it was. */
function mergedAt(target: unknown, patch: unknown, isWhole: IsWhole, path: string[]): unknown {
  if (!isObject(patch)) return patch;
  const isLaidOver = isObject(target) && !isWhole(path);
  if (!isLaidOver && !hasNull(patch)) return patch;
  const merged: Record<string, unknown> = isLaidOver ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    path.push(key);
    if (value === null) delete merged[key];
    else put(merged, key, mergedAt(own(merged, key), value, isWhole, path));
    path.pop();
  }
  return merged;
}

/** `__proto__` is a key like any other, which an assignment would not make. */
function put(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") object[key] = value;
  else Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Whether a patch removes anything. What stands in a list is no part of one. */
function hasNull(patch: JsonObject): boolean {
  for (const key of Object.keys(patch)) {
    const value = patch[key];
    if (value === null || (isObject(value) && hasNull(value))) return true;
  }
  return false;
}

/** Merges layers from weakest to strongest; absent ones are skipped. */
export function mergeLayers(layers: readonly unknown[], isWhole?: IsWhole): JsonObject {
  return layers
    .filter((layer) => layer !== undefined)
    .reduce<unknown>((merged, layer) => mergePatch(merged, layer, isWhole), {}) as JsonObject;
}

/** The same value with the keys of every object in code-point order, so that output never depends on how a file was written. */
export function sortKeys<T>(value: T): T {
  if (Array.isArray(value)) return sortedItems(value) as T;
  if (!isObject(value)) return value;
  const written = Object.keys(value);
  const keys = written.toSorted(byCodePoint);
  // Mostly they are in order already, all the way down.
  const isSame = keys.every((key, i) => key === written[i] && sortKeys(value[key]) === value[key]);
  return isSame ? value : (Object.fromEntries(keys.map((key) => [key, sortKeys(value[key])])) as T);
}

function sortedItems(list: readonly unknown[]): readonly unknown[] {
  const items = list.map(sortKeys);
  return items.every((item, i) => item === list[i]) ? list : items;
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
  if (a === b) return true;
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((item, i) => sameJson(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}
