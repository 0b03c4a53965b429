import { byCodePoint, isObject, sameJson } from "../lib/merge.ts";
import { ENVIRONMENT_LABEL } from "../render/metadata.ts";
import type { KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";

/** One field, or one whole object, that is not the same in two environments. */
export interface Difference {
  /** Of which it is: a service, or a namespace as the registry calls it. */
  readonly owner: string;
  /** Null for what belongs to no service. */
  readonly service: string | null;
  readonly kind: string;
  /** Names of the fields, elements of lists by name: `spec`, `containers`, `core`, `image`. Empty for a whole object. */
  readonly path: readonly string[];
  readonly here: Seen;
  readonly there: Seen;
}

/** What one environment has: nothing where it has no such field, or no such object. */
export interface Seen {
  readonly object: KubeObject | undefined;
  readonly value: unknown;
}

/** Every field in which two environments differ, each once. */
export function differences(here: readonly Placed[], there: readonly Placed[]): Difference[] {
  const [ours, theirs] = [byPlace(here), byPlace(there)];
  const places = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted(byCodePoint);
  return places.flatMap((place) => ofObjects(ours.get(place), theirs.get(place)));
}

/** Not by name: environments map namespaces, and a job's name ends in a hash of what it runs. */
function byPlace(placed: readonly Placed[]): ReadonlyMap<string, Placed> {
  return new Map(
    placed.map((one) => {
      const { apiVersion, kind, metadata } = one.object;
      const name = one.slug ?? (one.service === null ? "" : kind === "Job" ? "" : metadata.name);
      return [[ownerOf(one), apiVersion, kind, name].join(" "), one];
    }),
  );
}

/** `/namespaces/web/resourceQuota` → `web`, and `/environments/local/storageClasses/fast` → `fast`. */
function ownerOf({ service, pointer }: Placed): string {
  const [, list, name, , inner] = pointer.split("/");
  return service ?? (list === "environments" ? inner : name) ?? "";
}

function ofObjects(here: Placed | undefined, there: Placed | undefined): Difference[] {
  const one = here ?? there;
  if (!one || here?.object === there?.object) return [];
  const common = { owner: ownerOf(one), service: one.service, kind: one.object.kind };
  const objects = { here: here?.object, there: there?.object };
  return leaves(comparable(here), comparable(there), []).map(({ path, values: [ours, theirs] }) => ({
    ...common,
    path,
    here: { object: objects.here, value: ours },
    there: { object: objects.there, value: theirs },
  }));
}

/** What only repeats which environment it is of: a label, and the hash in the name of a Job. */
function comparable(placed: Placed | undefined): unknown {
  if (!placed) return undefined;
  const { kind, metadata } = placed.object;
  const { [ENVIRONMENT_LABEL]: _, ...labels } = metadata.labels ?? {};
  const name = kind === "Job" ? metadata.name.replace(/-[0-9a-f]{8}$/, "") : metadata.name;
  return { ...placed.object, metadata: { ...metadata, name, labels } };
}

interface Leaf {
  readonly path: readonly string[];
  readonly values: readonly [unknown, unknown];
}

function leaves(here: unknown, there: unknown, path: readonly string[]): Leaf[] {
  if (sameJson(here, there)) return [];
  const [ours, theirs] = [fieldsOf(here), fieldsOf(there)];
  if (!ours || !theirs) return [{ path, values: [here, there] }];
  const names = [...new Set([...ours.keys(), ...theirs.keys()])].toSorted(byCodePoint);
  const inner = names.flatMap((name) => leaves(ours.get(name), theirs.get(name), [...path, name]));
  // Only the order of a list's elements differs.
  return inner.length === 0 ? [{ path, values: [here, there] }] : inner;
}

/** Templates of claims have theirs below `metadata`. */
function nameOf(element: unknown, key: string): unknown {
  if (!isObject(element)) return undefined;
  return key === "name" && isObject(element["metadata"]) ? element["metadata"]["name"] : element[key];
}

const NAMES = ["name", "mountPath", "containerPort", "port", "key", "host", "path"] as const;

/** Fields of an object, elements of a list whose every element has a name; null for what is one thing. */
function fieldsOf(value: unknown): ReadonlyMap<string, unknown> | null {
  if (isObject(value)) return new Map(Object.entries(value));
  if (!Array.isArray(value)) return null;
  for (const key of NAMES) {
    const names = value.map((element: unknown) => nameOf(element, key));
    const areNames = names.every((name) => typeof name === "string" || typeof name === "number");
    if (value.length > 0 && areNames && new Set(names).size === names.length)
      return new Map(value.map((element: unknown, i) => [String(names[i]), element]));
  }
  return null;
}
