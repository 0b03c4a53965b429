import { basename, dirname, join, sep } from "node:path";
import { isEditorFile } from "../build/editor-file.ts";
import type { Ignore } from "../../tools/sources/ignore.ts";

/** A folder that matters with all that is in it but what the rules leave out. */
export interface WatchedFolder {
  /** Absolute. */
  readonly folder: string;
  readonly ignore: Ignore;
}

/** What of the file system matters. Absolute paths. */
export interface Interest {
  /** Where to begin: everything that matters is below one of these, which exist. */
  readonly tops: readonly string[];
  /** Whether to look into a folder: for what is in it, or as the way to something that may come to be there. */
  isEntered(folder: string): boolean;
  /** Whether a link is taken for the folder that it leads to, as a context may be one; inside of a context none is. */
  isFollowed(path: string): boolean;
  isWanted(path: string): boolean;
  /** Paths that together stand for everything. */
  readonly everything: readonly string[];
}

/** `files` are single ones that matter wherever they are. Pure. */
export function interestIn(root: string, folders: readonly WatchedFolder[], files: readonly string[]): Interest {
  const single = new Set(files);
  const everything = [...folders.map(({ folder }) => folder), ...files];
  const ways = new Set(everything.flatMap((path) => waysTo(root, path)));
  return {
    tops: [root, ...everything.map((path) => dirname(path)).filter((folder) => !isInside(root, folder))],
    isEntered: (folder) => ways.has(folder) || folders.some((one) => isEnteredIn(one, folder)),
    isFollowed: (path) => ways.has(path) || folders.some(({ folder }) => folder === path),
    isWanted: (path) => single.has(path) || (!isEditorFile(basename(path)) && folders.some((one) => isPart(one, path))),
    everything,
  };
}

/** The folders between the root and a path, or the one that holds it. */
function waysTo(root: string, path: string): string[] {
  if (!isInside(root, path)) return [dirname(path)];
  const ways: string[] = [];
  for (let folder = dirname(path); isInside(root, folder); folder = dirname(folder)) ways.push(folder);
  return ways;
}

function isEnteredIn({ folder, ignore }: WatchedFolder, path: string): boolean {
  const inside = relativeTo(folder, path);
  return inside === "" || (inside !== null && !ignore.skipsFolder(inside));
}

function isPart({ folder, ignore }: WatchedFolder, path: string): boolean {
  const inside = relativeTo(folder, path);
  // Rules matter although they are no part of any image.
  return inside === "" || (inside !== null && (inside.endsWith(".dockerignore") || !ignore.ignores(inside)));
}

function isInside(folder: string, path: string): boolean {
  return relativeTo(folder, path) !== null;
}

/** With forward slashes; empty for the folder itself, null for what is not below it. */
function relativeTo(folder: string, path: string): string | null {
  if (path === folder) return "";
  const prefix = join(folder, sep);
  return path.startsWith(prefix) ? path.slice(prefix.length).split(sep).join("/") : null;
}
