import { isObject, sameJson } from "../lib/merge.ts";
import { commonKey, nameOf } from "../layout/patch.ts";

/** One field that differs between two objects; `before` is null where it is added, `after` where it is removed. */
export interface FieldChange {
  /** `spec.template.spec.containers[core].env[LOG_LEVEL].value`: elements of lists by name, never by index where they have one. */
  readonly path: string;
  /** `reordered`: the same elements in another order; both sides then list their names. */
  readonly type: "added" | "removed" | "changed" | "reordered";
  readonly before: unknown;
  readonly after: unknown;
}

// What tells apart the elements that have no name of their own: it may change while the element stays.
const WEAK_KEYS: readonly (readonly string[])[] = [["host"], ["path"], ["ip"], ["type"], ["secretName"]];

/** What differs between two values, deepest fields first told; fields in code-point order. */
export function diffFields(before: unknown, after: unknown, path = ""): FieldChange[] {
  if (sameJson(before, after)) return [];
  if (before === undefined) return [{ path, type: "added", before: null, after }];
  if (after === undefined) return [{ path, type: "removed", before, after: null }];
  if (isObject(before) && isObject(after)) return diffMaps(before, after, path);
  if (Array.isArray(before) && Array.isArray(after)) return diffLists(before, after, path);
  return [{ path, type: "changed", before, after }];
}

/** `a.b`; keys that hold dots or slashes are bracketed, as elements of lists are. */
export function pathTo(path: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${path}[${key}]`;
  return path === "" ? key : `${path}.${key}`;
}

function diffMaps(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: string,
): FieldChange[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].toSorted();
  return keys.flatMap((key) => diffFields(before[key], after[key], pathTo(path, key)));
}

function diffLists(before: readonly unknown[], after: readonly unknown[], path: string): FieldChange[] {
  const key = commonKey(before, after);
  const weak = key ? null : commonKey(before, after, WEAK_KEYS);
  if (key) return diffNamed(named(before, key), named(after, key), path);
  if (weak) return diffNamed(named(before, weak), named(after, weak, before), path);
  if ([...before, ...after].every((element) => !isObject(element))) return diffPlain(before, after, path);
  return diffUnnamed(before, after, path);
}

type Named = ReadonlyMap<string, unknown>;

/** Elements by name. One whose name alone is new, in a list of the same length, keeps the name of what it replaces. */
function named(list: readonly unknown[], key: readonly string[], former?: readonly unknown[]): Named {
  const names = list.map((element) => String(nameOf(element, key)));
  const old = former?.length === list.length ? former.map((element) => String(nameOf(element, key))) : names;
  return new Map(
    list.map((element, i) => {
      const [name = "", was = ""] = [names[i], old[i]];
      return [old.includes(name) || names.includes(was) ? name : was, element];
    }),
  );
}

function diffNamed(before: Named, after: Named, path: string): FieldChange[] {
  const changes = [...new Set([...before.keys(), ...after.keys()])].flatMap((name) =>
    diffFields(before.get(name), after.get(name), `${path}[${name}]`),
  );
  const kept = [...before.keys()].filter((name) => after.has(name));
  const stayed = [...after.keys()].filter((name) => before.has(name));
  return sameJson(kept, stayed) ? changes : [...changes, { path, type: "reordered", before: kept, after: stayed }];
}

/** Arguments and the like: an element in its place where the lists are equally long, else the list as a whole. */
function diffPlain(before: readonly unknown[], after: readonly unknown[], path: string): FieldChange[] {
  if (before.length !== after.length) return [{ path, type: "changed", before, after }];
  return before.flatMap((element, i) => diffFields(element, after[i], `${path}[${i}]`));
}

/** Elements that nothing names: what only one side has. */
function diffUnnamed(before: readonly unknown[], after: readonly unknown[], path: string): FieldChange[] {
  const [removed, added] = [without(before, after), without(after, before)];
  const [only] = removed;
  if (removed.length === 1 && added.length === 1 && before.indexOf(only) === after.indexOf(added[0]))
    return diffFields(only, added[0], `${path}[${before.indexOf(only)}]`);
  if (removed.length + added.length === 0) return [{ path, type: "reordered", before, after }];
  return [
    ...removed.map((element): FieldChange => ({ path: `${path}[]`, type: "removed", before: element, after: null })),
    ...added.map((element): FieldChange => ({ path: `${path}[]`, type: "added", before: null, after: element })),
  ];
}

/** Elements of `list` that `other` does not have, each counted as often as it stands there. */
export function without<T>(list: readonly T[], other: readonly T[]): T[] {
  const left = [...other];
  return list.filter((element) => {
    const i = left.findIndex((one) => sameJson(one, element));
    if (i >= 0) left.splice(i, 1);
    return i < 0;
  });
}
