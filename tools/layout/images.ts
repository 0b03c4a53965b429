import { type ImageReference, formatImage, parseImage } from "../model/image.ts";
import { type KubeObject, podTemplate } from "../render/object.ts";

/** One entry of kustomize's `images:`. */
export interface ImageEntry {
  readonly name: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly digest?: string;
}

/** The images of an object, each with where it stands. */
export type ImagesOf = (object: KubeObject) => readonly { readonly at: string; readonly image: string }[];

/** Every container image of an object, with the path of its container's list. */
export function containerImages(object: KubeObject): { readonly at: string; readonly image: string }[] {
  const spec = podTemplate(object)?.spec ?? {};
  return ["containers", "initContainers"].flatMap((list) =>
    ((spec[list] ?? []) as { name: string; image: string }[]).map(({ name, image }) => ({
      at: `${list}/${name}`,
      image,
    })),
  );
}

/**
 * The entries that turn the base's images into the environment's: only where every image of a name changes alike, also
 * those in the overlay's own files (kustomize would rewrite them too). What is left over becomes a patch.
 */
export function imageEntries(
  pairs: readonly { readonly before: KubeObject; readonly after: KubeObject }[],
  own: readonly KubeObject[],
  imagesOf: ImagesOf = containerImages,
): ImageEntry[] {
  const finals = [...pairs.map(({ after }) => after), ...own].flatMap(imagesOf).map(({ image }) => image);
  const changed = pairs.flatMap(({ before, after }) => changedImages(before, after, imagesOf));
  const names = [...new Set(changed.map(({ from }) => parseImage(from).name))].toSorted();
  return names.flatMap((name) => {
    const ofName = changed.filter(({ from }) => parseImage(from).name === name);
    const entry = entryFor(parseImage(ofName[0]?.from ?? ""), parseImage(ofName[0]?.to ?? ""));
    const fits =
      ofName.every(({ from, to }) => withEntry(from, entry) === to) &&
      finals.every((image) => withEntry(image, entry) === image);
    return fits ? [entry] : [];
  });
}

/** What kustomize makes of an image. `digest` alone drops the tag, `newTag` alone the digest. */
export function withEntry(image: string, entry: ImageEntry): string {
  const parts = parseImage(image);
  if (!isNamed(parts.name, entry.name)) return image;
  const { newName = parts.name, newTag = null, digest = null } = entry;
  const isPinned = newTag !== null || digest !== null;
  return formatImage({ name: newName, tag: isPinned ? newTag : parts.tag, digest: isPinned ? digest : parts.digest });
}

/** kustomize takes the name of an entry for a regular expression: a dot is any character. */
function isNamed(name: string, pattern: string): boolean {
  if (name === pattern) return true;
  return name.length === pattern.length && pattern.split("").every((char, i) => char === "." || char === name[i]);
}

function changedImages(
  before: KubeObject,
  after: KubeObject,
  imagesOf: ImagesOf,
): { readonly from: string; readonly to: string }[] {
  const finals = new Map(imagesOf(after).map(({ at, image }) => [at, image]));
  return imagesOf(before).flatMap(({ at, image }) => {
    const to = finals.get(at);
    return to === undefined || to === image ? [] : [{ from: image, to }];
  });
}

function entryFor(from: ImageReference, to: ImageReference): ImageEntry {
  const isPinned = to.digest !== null || to.tag !== from.tag;
  return {
    name: from.name,
    ...(to.name !== from.name && { newName: to.name }),
    ...(isPinned && to.tag !== null && { newTag: to.tag }),
    ...(to.digest !== null && { digest: to.digest }),
  };
}
