import type { ImageState, ServiceState, State } from "./state.ts";
import type { ImageTarget } from "./target.ts";

// What follows from the state: which tags are current, and what has arrived where it should be.

/** What an image's tag is the digest of: the key of the step that finds it out. Null while a base that it is built on has no current tag itself. */
export function digestKey(state: State, image: ImageState): string | null {
  const bases = baseTags(state, image.target);
  return bases === null
    ? null
    : JSON.stringify(["digest", image.target.reference, image.changes, image.target.build, [...bases]]);
}

/** Current tags of the bases, or null when one of them is not known. */
export function baseTags(state: State, { bases }: ImageTarget): ReadonlyMap<string, string> | null {
  const tags = bases.map((reference) => [reference, currentTag(state, reference)] as const);
  return tags.every((entry): entry is readonly [string, string] => entry[1] !== null) ? new Map(tags) : null;
}

/** The tag of an image's present content; null while it is not known. */
export function currentTag(state: State, reference: string): string | null {
  const image = state.images.get(reference);
  return image && image.digestedKey !== null && image.digestedKey === digestKey(state, image) ? image.tag : null;
}

/** Whether the cluster has an image's present content. */
export function isDelivered(state: State, reference: string): boolean {
  const tag = currentTag(state, reference);
  return tag !== null && state.images.get(reference)?.deliveredTag === tag;
}

/** Whether everything that should run is Ready and without trouble. */
export function isAllReady({ target, services, failures }: State): boolean {
  const isReady = ({ wanted, ready, trouble }: ServiceState): boolean =>
    wanted !== null && wanted.digest === ready && trouble === null;
  return target !== null && failures.size === 0 && [...services.values()].every(isReady);
}
