import type { ImageState, ServiceState, State } from "./state.ts";
import type { ImageTarget, Target } from "./target.ts";

// What follows from the state: which tags are current, and what has arrived where it should be.

/** What an image's tag is the digest of: the key of the step that finds it out. Null while a base that it is built on has no current tag itself. */
export function digestKey(state: State, { target, changes, rebuilds }: ImageState): string | null {
  const bases = baseTags(state, target);
  return bases === null
    ? null
    : JSON.stringify(["digest", target.reference, changes, rebuilds, target.build, [...bases]]);
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

/** Key of the step that makes what all services need. */
export function keyOfPrepare({ shared }: Target, sharedDrifts: number): string {
  return `prepare ${shared.digest} ${sharedDrifts}`;
}

/** Key of the step that deletes what the registry has no more. */
export function keyOfPrune({ shared, everyService }: Target): string {
  return `prune ${shared.digest} ${everyService.join(" ")}`;
}

export function isPrepared({ target, prepared, sharedDrifts }: State): boolean {
  return target !== null && prepared === keyOfPrepare(target, sharedDrifts);
}

/** Whether everything that should run is made of what there is now, is Ready and without trouble, as far as the cluster tells. */
export function isAllReady(state: State): boolean {
  const { target, inputChanges, inputsRead, services, clusterLost } = state;
  return (
    target !== null &&
    clusterLost === null &&
    inputChanges === inputsRead &&
    isPrepared(state) &&
    state.pruned === keyOfPrune(target) &&
    [...services.values()].every((service) => isUpToDate(state, service))
  );
}

function isUpToDate(state: State, service: ServiceState): boolean {
  const { target, sync, isDisabled } = service;
  const isCurrent = isDisabled || target.images.every((reference) => isDelivered(state, reference));
  return isCurrent && sync.pending.size === 0 && isServiceReady(service);
}

export function isServiceReady({ wanted, ready, trouble, restarts, restarted, isDisabled }: ServiceState): boolean {
  return wanted !== null && wanted.digest === ready && trouble === null && (isDisabled || restarts === restarted);
}

/** What people call images. */
export function namesOf(state: State, references: readonly string[]): string[] {
  return references.map((reference) => state.images.get(reference)?.target.name ?? reference);
}
