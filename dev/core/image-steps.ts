import type { Candidate, Hold } from "./candidate.ts";
import { baseTags, currentTag, digestKey, namesOf } from "./current.ts";
import type { ImageState, State } from "./state.ts";
import { usersOf } from "./updates.ts";

/** Digest, build, deliver: the first of them that is not done. */
export function imageCandidates(state: State, image: ImageState): Candidate[] {
  if (!isWanted(state, image)) return [];
  const { target, tag, rebuilds, rebuilt } = image;
  const bases = baseTags(state, target);
  if (bases === null) return [baseHold(state, image), ...underWay(state, image)];
  if (currentTag(state, target.reference) === null || tag === null) {
    const key = digestKey(state, image) ?? "";
    return [{ type: "digest", key, subject: target.name, image: target, bases, rebuilds }, ...underWay(state, image)];
  }
  if (image.builtTag !== tag) {
    const isBuildable = target.bases.every((base) => state.images.get(base)?.builtTag === bases.get(base));
    if (!isBuildable) return [baseHold(state, image)];
    const isAnew = rebuilds > rebuilt;
    return [{ type: "build", key: `build ${tag}`, subject: target.name, image: target, tag, bases, rebuilds, isAnew }];
  }
  if (target.isRun && image.deliveredTag !== tag)
    return [{ type: "deliver", key: `deliver ${tag}`, subject: target.name, image: target, tag }];
  return [];
}

/** Nothing is built for services that are all disabled. */
function isWanted(state: State, { target }: ImageState): boolean {
  const users = usersOf(state, target.reference);
  return users.length === 0 || users.some(({ isDisabled }) => !isDisabled);
}

/** Files were saved, but perhaps with the same content: what runs goes on until the digest says otherwise. */
function underWay({ running }: State, { target, tag }: ImageState): Candidate[] {
  return [...running.values()].filter(
    (step) =>
      (step.type === "build" || step.type === "deliver") &&
      step.image.reference === target.reference &&
      step.tag === tag,
  );
}

function baseHold(state: State, { target }: ImageState): Hold {
  const on = target.bases.filter(
    (base) => state.images.get(base)?.builtTag !== currentTag(state, base) || currentTag(state, base) === null,
  );
  return { subject: target.name, reason: "base-not-built", on: namesOf(state, on) };
}
