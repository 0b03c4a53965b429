import { type Hash, createHash } from "node:crypto";
import { Stats, closeSync, lstatSync, openSync, readSync, readdirSync, readlinkSync } from "node:fs";
import { userError } from "../../tools/lib/errors.ts";
import { isNodeError } from "../../tools/lib/files.ts";
import type { Ignore } from "../../tools/sources/ignore.ts";
import { isEditorFile } from "./editor-file.ts";
import { type Look, fileOf, permissionsOf } from "./known-files.ts";
import type { StatCache } from "./stat-cache.ts";
import { type Folder, type Leaf, digestOfFolder } from "./tree.ts";

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
  const place = placeOf(scan, path);
  const names = namesIn(place.absolute);
  if (names === null) return null;
  place.look.forgetOthers(names);
  const children = new Map<string, Leaf | Folder>();
  for (const name of names) {
    const seen = lookAt(scan, place, name);
    const node = seen instanceof Stats ? yield* readEntry(scan, place, name, seen) : seen;
    if (node) children.set(name, node);
  }
  yield;
  const folder: Folder = { type: "folder", mode, isIgnored: place.isIgnored, children, digest: null };
  folder.digest = place.look.digest(children.size, () => digestOfFolder(folder));
  return folder;
}

/** Null for what is no part of a context: ignored files (never read), sockets and devices, and what has just disappeared. */
export function* scanPath(scan: Scan, path: string): Slices<Leaf | Folder | null> {
  const slash = path.lastIndexOf("/");
  const place = placeOf(scan, path.slice(0, Math.max(slash, 0)));
  const name = path.slice(slash + 1);
  const seen = lookAt(scan, place, name);
  return seen instanceof Stats ? yield* readEntry(scan, place, name, seen) : seen;
}

/** A folder that is looked into. */
interface Place {
  readonly path: string;
  readonly absolute: string;
  readonly isIgnored: boolean;
  readonly look: Look;
}

function placeOf({ root, ignore, cache }: Scan, path: string): Place {
  // `join` takes as long as the system calls when there are many files.
  const absolute = path === "" ? root : `${root}/${path}`;
  return { path, absolute, isIgnored: path !== "" && ignore.ignores(path), look: cache.lookInto(absolute) };
}

/** What needs no reading, or the stat of what does. No generator: fifty thousand of them take a tenth of the time. */
function lookAt({ ignore }: Scan, place: Place, name: string): Leaf | Stats | null {
  const absolute = `${place.absolute}/${name}`;
  const stats = orNull(absolute, () => lstatSync(absolute));
  if (!stats || isEditorFile(name)) return null;
  const mayBeOut = place.isIgnored || ignore.mayIgnore(name);
  if (stats.isDirectory()) return mayBeOut && ignore.skipsFolder(pathIn(place, name)) ? null : stats;
  if (mayBeOut && ignore.ignores(pathIn(place, name))) return null;
  if (stats.isSymbolicLink()) return link(absolute);
  return stats.isFile() ? (place.look.find(name, stats) ?? stats) : null;
}

function* readEntry(scan: Scan, place: Place, name: string, stats: Stats): Slices<Leaf | Folder | null> {
  if (stats.isDirectory()) return yield* scanFolder(scan, pathIn(place, name), permissionsOf(stats));
  const content = yield* read(`${place.absolute}/${name}`);
  if (content === null) return null;
  const file = fileOf(stats, content);
  place.look.add(name, file);
  return file;
}

function pathIn({ path }: Place, name: string): string {
  return path === "" ? name : `${path}/${name}`;
}

function link(path: string): Leaf | null {
  const content = orNull(path, () => readlinkSync(path));
  return content === null ? null : { type: "link", mode: 0o777, size: 0, mtimeMs: 0, content };
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
