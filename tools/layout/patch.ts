import { isObject, sameJson } from "../lib/merge.ts";
import { pointerSegment } from "../model/names.ts";

/** One RFC 6902 operation. https://www.rfc-editor.org/rfc/rfc6902 */
export type Operation =
  | { readonly op: "test" | "add" | "replace"; readonly path: string; readonly value: unknown }
  | { readonly op: "remove"; readonly path: string };

/** What tells the elements of Kubernetes' lists apart, in the order in which it is tried. */
export const LIST_KEYS: readonly (readonly string[])[] = [
  ["name"],
  ["metadata", "name"],
  ["mountPath"],
  ["containerPort"],
  ["topologyKey"],
  ["key"],
];

/**
 * The operations that turn one object into another. Elements of lists are matched by name, so that what a person reads
 * is what changed; below a list index a `test` of that name comes first, so that a patch can never land on the wrong
 * element. A list without names is replaced whole.
 */
export function diffObjects(before: unknown, after: unknown, path = ""): Operation[] {
  if (sameJson(before, after)) return [];
  if (isObject(before) && isObject(after)) return diffFields(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  return [{ op: "replace", path, value: after }];
}

function diffFields(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: string,
): Operation[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key): Operation[] => {
    const at = `${path}/${pointerSegment(key)}`;
    if (!Object.hasOwn(after, key)) return [{ op: "remove", path: at }];
    if (!Object.hasOwn(before, key)) return [{ op: "add", path: at, value: after[key] }];
    return diffObjects(before[key], after[key], at);
  });
}

function diffLists(before: readonly unknown[], after: readonly unknown[], path: string): Operation[] {
  const key = commonKey(before, after);
  const whole: Operation[] = [{ op: "replace", path, value: after }];
  if (!key) return whole;
  const names = after.map((element) => nameOf(element, key));
  const kept = before.filter((element) => names.includes(nameOf(element, key)));
  const keptNames = kept.map((element) => nameOf(element, key));
  const isReordered = !sameJson(
    keptNames,
    names.filter((name) => keptNames.includes(name)),
  );
  return isReordered || kept.length === 0
    ? whole
    : [...removals(before, names, path, key), ...changes(kept, after, path, key)];
}

/** From the end, so that no removal moves what another one points at. */
function removals(
  before: readonly unknown[],
  names: readonly unknown[],
  path: string,
  key: readonly string[],
): Operation[] {
  return before
    .flatMap((element, i) => ({ element, i }))
    .toReversed()
    .flatMap(({ element, i }): Operation[] => {
      if (names.includes(nameOf(element, key))) return [];
      return [test(element, `${path}/${i}`, key), { op: "remove", path: `${path}/${i}` }];
    });
}

function changes(
  kept: readonly unknown[],
  after: readonly unknown[],
  path: string,
  key: readonly string[],
): Operation[] {
  const current = [...kept];
  return after.flatMap((wanted, i): Operation[] => {
    const existing = current[i];
    const at = `${path}/${i}`;
    if (existing !== undefined && nameOf(existing, key) === nameOf(wanted, key)) {
      const inner = diffObjects(existing, wanted, at);
      return inner.length > 0 ? [test(existing, at, key), ...inner] : [];
    }
    current.splice(i, 0, wanted);
    if (existing === undefined) return [{ op: "add", path: `${path}/-`, value: wanted }];
    return [test(existing, at, key), { op: "add", path: at, value: wanted }];
  });
}

function test(element: unknown, at: string, key: readonly string[]): Operation {
  return { op: "test", path: `${at}/${key.join("/")}`, value: nameOf(element, key) };
}

/** The first of `keys` that every element of both lists has, and no two of a list share. */
export function commonKey(
  before: readonly unknown[],
  after: readonly unknown[],
  keys = LIST_KEYS,
): readonly string[] | null {
  const tells = (list: readonly unknown[], key: readonly string[]): boolean => {
    const names = list.map((element) => nameOf(element, key));
    return (
      names.every((name) => typeof name === "string" || typeof name === "number") &&
      new Set(names).size === names.length
    );
  };
  return keys.find((key) => tells(before, key) && tells(after, key)) ?? null;
}

export function nameOf(element: unknown, key: readonly string[]): unknown {
  return key.reduce<unknown>((inner, step) => (isObject(inner) ? inner[step] : undefined), element);
}
