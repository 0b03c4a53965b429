import { type Hash, createHash } from "node:crypto";
import { type Stats, closeSync, lstatSync, openSync, readSync, readdirSync, readlinkSync } from "node:fs";
import { userError } from "../../tools/lib/errors.ts";
import { isNodeError } from "../../tools/lib/files.ts";
import type { Ignore } from "../../tools/sources/ignore.ts";
import { isEditorFile } from "./editor-file.ts";
import type { FileStats, StatCache } from "./stat-cache.ts";
import type { Folder, Leaf } from "./tree.ts";

// Reads a context from the disk. Synchronous calls: for many small files they take a quarter of the time that promises
// take. As generators, so that whoever drives them can do something else in between.

export interface Scan {
  /** Absolute. */
  readonly root: string;
  readonly ignore: Ignore;
  readonly cache: StatCache;
}

export type Slices<T> = Generator<undefined, T, undefined>;

/** Everything below `path`, relative to the root of the scan. Null when there is no such folder. */
export function* scanFolder(scan: Scan, path: string, mode: number): Slices<Folder | null> {
  const names = namesIn(absoluteOf(scan, path));
  if (names === null) return null;
  const children = new Map<string, Leaf | Folder>();
  for (const name of names) {
    const node = yield* scanPath(scan, path === "" ? name : `${path}/${name}`);
    if (node) children.set(name, node);
  }
  yield;
  return { type: "folder", mode, isIgnored: path !== "" && scan.ignore.ignores(path), children, digest: null };
}

/** Null for what is no part of a context: ignored files (never read), sockets and devices, and what has just disappeared. */
export function* scanPath(scan: Scan, path: string): Slices<Leaf | Folder | null> {
  const absolute = absoluteOf(scan, path);
  const stats = orNull(absolute, () => lstatSync(absolute));
  if (!stats || isEditorFile(path)) return null;
  if (stats.isDirectory()) return scan.ignore.skipsFolder(path) ? null : yield* scanFolder(scan, path, modeOf(stats));
  if (scan.ignore.ignores(path)) return null;
  if (stats.isSymbolicLink()) return link(absolute);
  return stats.isFile() ? yield* file(scan, absolute, stats) : null;
}

function link(path: string): Leaf | null {
  const content = orNull(path, () => readlinkSync(path));
  return content === null ? null : { type: "link", mode: 0o777, size: 0, mtimeMs: 0, content };
}

function* file({ cache }: Scan, path: string, stats: Stats): Slices<Leaf | null> {
  const known = cache.get(path, stats);
  const content = known ?? (yield* read(path));
  if (content === null) return null;
  if (known === null && !isRacy(stats)) cache.set(path, stats, content);
  return { type: "file", mode: modeOf(stats), size: stats.size, mtimeMs: stats.mtimeMs, content };
}

/** A file that was written this short a time ago may be written again without a new time stamp. https://git-scm.com/docs/racy-git */
const RACY_MS = 100;

function isRacy({ mtimeMs, ctimeMs }: FileStats): boolean {
  return Date.now() - Math.max(mtimeMs, ctimeMs) < RACY_MS;
}

const chunk = Buffer.allocUnsafe(1 << 20);

function* read(path: string): Slices<string | null> {
  const descriptor = orNull(path, () => openSync(path, "r"));
  if (descriptor === null) return null;
  try {
    const hash = createHash("sha256");
    while (readChunk(path, descriptor, hash) === chunk.length) yield;
    return hash.digest("hex");
  } finally {
    closeSync(descriptor);
  }
}

/** Read and used at once: the buffer belongs to all scans. */
function readChunk(path: string, descriptor: number, hash: Hash): number {
  const length = orNull(path, () => readSync(descriptor, chunk, 0, chunk.length, null)) ?? 0;
  hash.update(chunk.subarray(0, length));
  return length;
}

/** Like `join`, which takes as long as the system calls when there are many files. */
function absoluteOf({ root }: Scan, path: string): string {
  return path === "" ? root : `${root}/${path}`;
}

function namesIn(folder: string): string[] | null {
  return orNull(folder, () => readdirSync(folder));
}

/** Null for what has disappeared meanwhile: it is no longer part of the context. */
function orNull<T>(path: string, action: () => T): T | null {
  try {
    return action();
  } catch (error) {
    if (!isNodeError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw userError(
      "CONTEXT_UNREADABLE",
      path,
      `it cannot be read: ${error.message}`,
      "give yourself the permission to read it, or leave it out with .dockerignore",
    );
  }
}

function modeOf({ mode }: Stats): number {
  return mode & 0o7777;
}
