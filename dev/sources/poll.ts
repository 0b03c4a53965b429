import { readdirSync } from "node:fs";
import { join, sep } from "node:path";
import { lstatOrNull } from "../../tools/lib/stats.ts";
import type { Interest } from "./interest.ts";

/** Looks again and again at folders that cannot be watched. */
export interface Poller {
  add(folder: string): void;
  /** With all that are in it. */
  remove(folder: string): void;
  has(folder: string): boolean;
  close(): void;
}

export interface PollEvents {
  readonly onChange: (path: string) => void;
  /** A folder in one of them that may not be known yet. */
  readonly onFolder: (path: string) => void;
}

const INTERVAL_MS = 500;
/** An edit is seen within two seconds even where looking takes long. */
const LONGEST_INTERVAL_MS = 1500;

export function pollFolders(interest: Interest, { onChange, onFolder }: PollEvents): Poller {
  const folders = new Map<string, ReadonlyMap<string, string>>();
  let timer: NodeJS.Timeout | null = null;
  return {
    add(folder) {
      folders.set(folder, stampsIn(folder));
      timer ??= setTimeout(look, INTERVAL_MS).unref();
    },
    remove(folder) {
      for (const path of folders.keys()) if (path === folder || path.startsWith(folder + sep)) folders.delete(path);
    },
    has: (folder) => folders.has(folder),
    close: () => clearTimeout(timer ?? undefined),
  };

  function look(): void {
    const sinceMs = performance.now();
    for (const [folder, before] of folders) compare(folder, before);
    // At most a tenth of a core.
    const intervalMs = Math.max(INTERVAL_MS, 10 * (performance.now() - sinceMs));
    timer = setTimeout(look, Math.min(intervalMs, LONGEST_INTERVAL_MS)).unref();
  }

  function compare(folder: string, before: ReadonlyMap<string, string>): void {
    const after = stampsIn(folder);
    folders.set(folder, after);
    for (const name of new Set([...before.keys(), ...after.keys()])) {
      if (before.get(name) === after.get(name)) continue;
      if (after.get(name) === FOLDER) onFolder(join(folder, name));
      onChange(join(folder, name));
    }
  }

  function stampsIn(folder: string): ReadonlyMap<string, string> {
    const names = namesIn(folder);
    return new Map(
      names.flatMap((name) => {
        const path = join(folder, name);
        const stamp = interest.isWanted(path) || interest.isEntered(path) ? stampOf(path) : null;
        return stamp === null ? [] : [[name, stamp] as const];
      }),
    );
  }
}

const FOLDER = "folder";

function stampOf(path: string): string | null {
  const stats = lstatOrNull(path);
  if (!stats) return null;
  return stats.isDirectory() ? FOLDER : `${stats.size} ${stats.ino} ${stats.mtimeMs} ${stats.ctimeMs} ${stats.mode}`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
