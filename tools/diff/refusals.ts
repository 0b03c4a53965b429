import { isObject, sameJson } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import { type FieldChange, diffFields } from "./fields.ts";
import { IMMUTABLE, type ImmutableField } from "./immutable.ts";
import { apiGroup } from "./object-name.ts";
import { parseQuantity } from "../lib/quantity.ts";
import { valueAt } from "./value-at.ts";

/** A change that an apply does not bring about. */
export interface Refusal {
  readonly fields: readonly FieldChange[];
  /** The API's own words; null where it keeps the old value and says nothing. */
  readonly message: string | null;
}

/** What of the change of an object the API refuses, or does not do and says nothing. Both have the same name. */
export function refusals(before: KubeObject, after: KubeObject): Refusal[] {
  const rows = IMMUTABLE.filter(({ kind, group }) => kind === after.kind && group === apiGroup(after.apiVersion));
  if (rows.length === 0) return [];
  const [old, wanted] = [inBytes(before), inBytes(after)];
  return rows.flatMap((row) => {
    const isSame = sameJson(comparable(old, row), comparable(wanted, row));
    if (isSame || (row.appliesTo && !row.appliesTo(old, wanted))) return [];
    return [{ fields: fieldsOf(before, after, row), message: row.message }];
  });
}

/** As the registry writes them, not as they are compared. */
function fieldsOf(before: KubeObject, after: KubeObject, row: ImmutableField): FieldChange[] {
  const [old, wanted] = [before, after].map((object) => valueAt(without(object, row), row.path));
  return diffFields(old, wanted, row.path);
}

function comparable(object: KubeObject, row: ImmutableField): unknown {
  const copy = without(object, row);
  for (const [path, value] of Object.entries(row.defaults ?? {}))
    edit(copy, path.split("."), (parent, key) => (parent[key] ??= value));
  return valueAt(copy, row.path);
}

function without(object: KubeObject, { except = [] }: ImmutableField): Record<string, unknown> {
  const copy: Record<string, unknown> = structuredClone(object);
  for (const path of except) edit(copy, path.split("."), (parent, key) => delete parent[key]);
  return copy;
}

/** The API compares sizes, not their spelling: `1Gi` is `1024Mi`. */
function inBytes(object: KubeObject): KubeObject {
  const copy: KubeObject = structuredClone(object);
  const size = ["resources", "requests", "storage"];
  for (const path of [
    ["spec", ...size],
    ["spec", "volumeClaimTemplates", "*", "spec", ...size],
  ])
    edit(copy, path, (parent, key) => key in parent && (parent[key] = parseQuantity(parent[key]) ?? parent[key]));
  return copy;
}

/** Calls `change` with what holds the last key of a path, wherever it leads; `*` goes into every element of a list. */
function edit(
  value: unknown,
  [key = "", ...rest]: readonly string[],
  change: (parent: Record<string, unknown>, key: string) => unknown,
): void {
  if (key === "*") for (const element of Array.isArray(value) ? value : []) edit(element, rest, change);
  else if (isObject(value) && rest.length === 0) change(value as Record<string, unknown>, key);
  else if (isObject(value)) edit(value[key], rest, change);
}
