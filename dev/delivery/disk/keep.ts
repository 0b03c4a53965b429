/** A name in a node, of an image that was built here. */
export interface BuiltImage {
  readonly name: string;
  readonly digest: string;
  /** When it was built, as its configuration says: ISO 8601, which sorts. */
  readonly created: string;
}

/** How many versions of an image stay: to go back to the last branch costs nothing. */
export const KEPT_VERSIONS = 3;

/**
 * Names that nobody needs: all but the newest versions, what was `delivered` last, and what a pod uses. A version that
 * still has another name keeps its content, but not this name.
 */
export function unneeded(
  images: readonly BuiltImage[],
  delivered: string,
  usedDigests: ReadonlySet<string>,
  kept = KEPT_VERSIONS,
): readonly BuiltImage[] {
  const rank = ({ name }: BuiltImage): number => (name === delivered ? 0 : 1);
  const newestFirst = images.toSorted(
    (a, b) => rank(a) - rank(b) || compare(b.created, a.created) || compare(a.name, b.name),
  );
  return newestFirst.slice(kept).filter(({ digest }) => !usedDigests.has(digest));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
