import type { Stats } from "node:fs";

/** A file, its SHA-256, and what tells whether it has been written since: what git looks at as well. */
export interface KnownFile {
  readonly type: "file";
  readonly mode: number;
  readonly size: number;
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
  readonly content: string;
}

/** Of one folder. */
export interface KnownFiles {
  /** By name, each valid as long as nothing of its stat has changed. */
  readonly files: Map<string, KnownFile>;
  /** Of a folder that holds these and nothing else; null when nobody has asked since they changed. */
  digest: string | null;
  /** How often they did. */
  changes: number;
}

/** One look at the files of a folder. Others may look at the same time, and see other files. */
export interface Look {
  /** Null for a file that is not known, or no longer as it was. */
  find(name: string, stats: Stats): KnownFile | null;
  /** What has just been read. */
  add(name: string, file: KnownFile): void;
  /** The names in the folder are these: what is in no listing any more would be kept for ever. */
  forgetOthers(names: readonly string[]): void;
  /** Of a folder of so many entries, if those are the known files and nothing else: as it is known, or as `make` says. */
  digest(entries: number, make: () => string): string | null;
}

/** `onAdded` is called for every file that has come in. */
export function lookInto(known: KnownFiles, onAdded: () => void): Look {
  const { files } = known;
  let seen = 0;
  let { changes } = known;
  const changed = (): void => {
    changes++;
    known.changes++;
    known.digest = null;
  };
  return {
    find(name, stats) {
      const file = files.get(name);
      if (!file || !isSame(file, stats)) return null;
      seen++;
      return file;
    },
    add(name, file) {
      if (isRacy(file)) return;
      files.set(name, file);
      seen++;
      changed();
      onAdded();
    },
    forgetOthers(names) {
      if (files.size <= names.length) return;
      const there = new Set(names);
      for (const name of files.keys()) if (!there.has(name)) files.delete(name);
      changed();
    },
    digest(entries, make) {
      const isWhole = seen === entries && seen === files.size;
      return isWhole && changes === known.changes ? (known.digest ??= make()) : null;
    },
  };
}

export function fileOf(stats: Stats, content: string): KnownFile {
  const { size, ino, mtimeMs, ctimeMs } = stats;
  return { type: "file", mode: permissionsOf(stats), size, ino, mtimeMs, ctimeMs, content };
}

export function permissionsOf({ mode }: Stats): number {
  return mode & 0o7777;
}

function isSame(known: KnownFile, stats: Stats): boolean {
  return (
    known.mtimeMs === stats.mtimeMs &&
    known.ctimeMs === stats.ctimeMs &&
    known.size === stats.size &&
    known.ino === stats.ino &&
    known.mode === permissionsOf(stats)
  );
}

/** A file that was written this short a time ago may be written again without a new time stamp. https://git-scm.com/docs/racy-git */
const RACY_MS = 100;

function isRacy({ mtimeMs, ctimeMs }: KnownFile): boolean {
  return Date.now() - Math.max(mtimeMs, ctimeMs) < RACY_MS;
}
