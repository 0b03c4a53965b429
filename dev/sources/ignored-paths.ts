import { join, posix } from "node:path";
import { readIgnore } from "../../tools/sources/ignore.ts";
import { isBelow } from "../core/affected.ts";
import type { Target } from "../core/target.ts";

/** Whether a path, relative to the root, is in some build context, and left out of it by its .dockerignore. */
export async function ignoredPaths(root: string, { images }: Target): Promise<(path: string) => boolean> {
  const contexts = images.map(async ({ build: { context, dockerfile } }) => ({
    folder: posix.normalize(context).replace(/\/$/, ""),
    ignore: await readIgnore(join(root, context), dockerfile),
  }));
  const known = await Promise.all(contexts);
  return (path) => {
    const within = known.filter(({ folder }) => isBelow(path, folder) && path !== folder);
    const inside = (folder: string): string => (folder === "." ? path : path.slice(folder.length + 1));
    return within.length > 0 && within.every(({ folder, ignore }) => ignore.ignores(inside(folder)));
  };
}
