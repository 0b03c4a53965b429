/** An image of the loop in an engine. */
export interface OwnImage {
  readonly id: string;
  /** What the label says: the image's name. */
  readonly name: string;
  readonly references: readonly string[];
  /** When it was last given a name, milliseconds since 1970. */
  readonly taggedAtMs: number;
}

/** What the loop's own tags look like: the digest of a content. Others are somebody else's names. */
const OWN_TAG = /^(.+):[0-9a-f]{12}$/;

/**
 * References and ids that may go: all but the `last` newest contents of each image. Never what a container uses, what is
 * named in `keep`, or what carries a name that is not ours. Without any name an image was left behind. Pure.
 */
export function surplusImages(
  images: readonly OwnImage[],
  usedIds: ReadonlySet<string>,
  keep: ReadonlySet<string>,
  last: number,
): readonly string[] {
  const idle = images.filter(({ id, references }) => !usedIds.has(id) && !references.some((one) => keep.has(one)));
  const nameless = idle.filter(({ references }) => references.length === 0).map(({ id }) => id);
  const kept = new Set([...groupsOf(images).values()].flatMap((group) => group.slice(0, last)));
  const old = idle.flatMap(({ references }) => references.filter((one) => OWN_TAG.test(one) && !kept.has(one)));
  return [...old, ...nameless];
}

/** By image and repository, as two platforms may each have a service of the same name: own references, newest first. */
function groupsOf(images: readonly OwnImage[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { name, references } of images.toSorted((a, b) => b.taggedAtMs - a.taggedAtMs))
    for (const reference of references) {
      const repository = OWN_TAG.exec(reference)?.[1];
      if (repository === undefined) continue;
      const key = `${name} ${repository}`;
      groups.set(key, [...(groups.get(key) ?? []), reference]);
    }
  return groups;
}
