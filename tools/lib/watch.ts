import { type FSWatcher, watch } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname, relative, resolve, sep } from "node:path";
import { isNodeError } from "./files.ts";

// Folders are watched, never files: a file that an editor replaces is another file afterwards, and its watcher sees nothing
// of the new one. What happened does not matter, only that something did: whoever waits looks for himself.

/** Tells that something may have changed at some paths. */
export interface Watch {
  /** Watches these paths from now on, whether they exist or not. */
  follow(paths: readonly string[]): Promise<void>;
  /** Resolves when something happened since it last did, and has been quiet for a moment. */
  changed(): Promise<void>;
  close(): void;
}

const QUIET_MS = 25;
// Something that never rests is looked at nevertheless.
const LONGEST_MS = 250;

/** Watches paths below `root`; `failed` hears of folders that cannot be watched. */
export function watchPaths(root: string, failed: (error: NodeJS.ErrnoException) => void): Watch {
  const watchers = new Map<string, FSWatcher>();
  const bell = quietBell();
  return { follow, changed: bell.rung, close };

  async function follow(paths: readonly string[]): Promise<void> {
    const wanted = await foldersOf(root, paths);
    for (const [key, watcher] of watchers) if (!wanted.has(key)) stop(key, watcher);
    for (const [key, folder] of wanted) if (!watchers.has(key)) start(key, folder);
  }

  function start(key: string, folder: string): void {
    try {
      const watcher = watch(folder, { persistent: true }, bell.ring);
      // A folder that disappears is seen in the one around it.
      watcher.on("error", () => stop(key, watcher));
      watchers.set(key, watcher);
    } catch (error) {
      if (!isNodeError(error)) throw error;
      if (error.code !== "ENOENT" && error.code !== "ENOTDIR") failed(error);
    }
  }

  function stop(key: string, watcher: FSWatcher): void {
    watchers.delete(key);
    watcher.close();
  }

  function close(): void {
    for (const [key, watcher] of watchers) stop(key, watcher);
    bell.silence();
  }
}

/**
 * Every folder on the way from `root` to a path, and those to where links lead. By their inode: a folder that was replaced
 * is another one, though its name is the same.
 */
async function foldersOf(root: string, paths: readonly string[]): Promise<Map<string, string>> {
  const real = await Promise.all(paths.map((path) => realpath(resolve(root, path)).catch(() => null)));
  const here = await realpath(root);
  const folders = new Set([
    ...paths.flatMap((path) => foldersBetween(root, path)),
    ...real.flatMap((path) => (path === null ? [] : [dirname(path), ...foldersBetween(here, path)])),
  ]);
  const found = await Promise.all(
    [...folders].map(async (folder): Promise<[string, string][]> => {
      const status = await stat(folder).catch(() => null);
      return status?.isDirectory() ? [[`${status.dev}:${status.ino}`, folder]] : [];
    }),
  );
  return new Map(found.flat());
}

function foldersBetween(root: string, path: string): string[] {
  const steps = relative(root, resolve(root, dirname(path))).split(sep);
  // What leaves the folder is refused wherever it is read.
  if (steps[0] === "..") return [root];
  return steps.reduce<string[]>((folders, step) => [...folders, resolve(folders.at(-1) ?? root, step)], [root]);
}

/** Rings once for everything that happens in quick succession. */
function quietBell(): {
  readonly ring: () => void;
  readonly rung: () => Promise<void>;
  readonly silence: () => void;
} {
  let timer: NodeJS.Timeout | null = null;
  let firstMs = 0;
  let isDue = false;
  let heard: (() => void) | null = null;
  const toll = (): void => {
    [timer, isDue] = [null, true];
    heard?.();
  };
  return {
    ring: () => {
      const nowMs = performance.now();
      if (timer === null) firstMs = nowMs;
      else clearTimeout(timer);
      timer = setTimeout(toll, Math.max(0, Math.min(QUIET_MS, firstMs + LONGEST_MS - nowMs)));
    },
    rung: async () => {
      if (!isDue) await new Promise<void>((resolved) => (heard = resolved));
      [isDue, heard] = [false, null];
    },
    silence: () => {
      if (timer !== null) clearTimeout(timer);
    },
  };
}
