import { type FSWatcher, readFileSync, watch } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { statOrNull } from "../../tools/lib/stats.ts";

/** A git that is at work holds the lock this long at most; an older one was left behind by one that was killed. */
const LOCK_MS = 10_000;

/** What git does in the repositories, worktrees and submodules that some folders are part of. */
export interface Git {
  follow(folders: readonly string[]): void;
  /** Whether git is changing files right now. */
  isLocked(): boolean;
  close(): void;
}

export function watchGit(onHeadMoved: () => void): Git {
  let heads = new Map<string, FSWatcher | null>();
  const close = (): void => {
    for (const watcher of heads.values()) watcher?.close();
    heads = new Map();
  };
  return {
    follow(folders) {
      close();
      const gitFolders = new Set(folders.flatMap((folder) => gitFolderOf(folder) ?? []));
      heads = new Map([...gitFolders].map((folder) => [folder, watchHead(folder, onHeadMoved)]));
    },
    isLocked: () => [...heads.keys()].some(isLocked),
    close,
  };
}

function isLocked(gitFolder: string): boolean {
  const lock = statOrNull(join(gitFolder, "index.lock"));
  return lock !== null && Date.now() - lock.mtimeMs < LOCK_MS;
}

/** Null where it cannot be watched: then the lock alone tells of git. */
function watchHead(gitFolder: string, onMoved: () => void): FSWatcher | null {
  try {
    const watcher = watch(gitFolder, (_, name) => name === "HEAD" && onMoved());
    return watcher.on("error", () => watcher.close());
  } catch {
    return null;
  }
}

/** `.git` is a folder, or a file that names it: https://git-scm.com/docs/gitrepository-layout */
function gitFolderOf(folder: string): string | null {
  const path = join(folder, ".git");
  const found = statOrNull(path);
  if (found?.isDirectory()) return path;
  const named = found?.isFile() ? /^gitdir: (.*)$/m.exec(readFileSync(path, "utf8"))?.[1] : undefined;
  if (named !== undefined) return resolve(folder, named.trim());
  return dirname(folder) === folder ? null : gitFolderOf(dirname(folder));
}
