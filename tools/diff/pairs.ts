import type { Placed } from "../render/render.ts";
import { objectId } from "./object-name.ts";

/** An object before and after; null where it is not there. */
export interface Pair {
  readonly before: Placed | null;
  readonly after: Placed | null;
}

/**
 * Which object becomes which. The API knows an object by kind, namespace and name; one that has another name or namespace
 * now is a new object for it, and is paired with the former one by the registry entry that both come from. In the order
 * in which they are applied; what is gone comes last.
 */
export function pairObjects(before: readonly Placed[], after: readonly Placed[]): Pair[] {
  const old = new Map(before.map((one) => [objectId(one.object), one]));
  const wanted = new Set(after.map(({ object }) => objectId(object)));
  const gone = byOrigin(before.filter(({ object }) => !wanted.has(objectId(object))));
  const come = byOrigin(after.filter(({ object }) => !old.has(objectId(object))));
  const replaced = new Set<Placed>();
  const pairs = after.map((one): Pair => {
    const same = old.get(objectId(one.object));
    const [former, ...others] = gone.get(originOf(one)) ?? [];
    if (same || !former || others.length > 0 || come.get(originOf(one))?.length !== 1)
      return { before: same ?? null, after: one };
    replaced.add(former);
    return { before: former, after: one };
  });
  const removed = [...gone.values()].flat().filter((one) => !replaced.has(one));
  return [...pairs, ...removed.map((one): Pair => ({ before: one, after: null }))];
}

function byOrigin(placed: readonly Placed[]): Map<string, Placed[]> {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) groups.set(originOf(one), [...(groups.get(originOf(one)) ?? []), one]);
  return groups;
}

function originOf({ object, service, pointer, slug }: Placed): string {
  return JSON.stringify([object.kind, service, pointer, slug]);
}
