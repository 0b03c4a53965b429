import { createHash } from "node:crypto";
import { join, relative, resolve, sep } from "node:path";
import { userError } from "../../tools/lib/errors.ts";
import { readText } from "../../tools/lib/files.ts";
import { ignoreOf } from "../../tools/sources/ignore.ts";
import { type Scan, type Slices, scanFolder, scanPath } from "./scan.ts";
import { inSlices } from "./slices.ts";
import { type StatCache, openStatCache } from "./stat-cache.ts";
import { type ContextEntry, type Folder, digestOfFolder, entriesOf } from "./tree.ts";

/** What a build of a folder is sent. */
export interface Context {
  /** Of everything that .dockerignore leaves, and of the Dockerfile. */
  readonly digest: string;
  /** The same for the same folder and rules. */
  readonly key: string;
  /** Text of the Dockerfile, which the engine gets even when it is ignored. */
  readonly dockerfile: string;
  entries(): readonly ContextEntry[];
}

export interface Contexts {
  /** Throws a `UserError` when the folder or the Dockerfile is not there. */
  read(folder: string, dockerfile: string, signal?: AbortSignal): Promise<Context>;
  /** Paths relative to the root that are to be looked at again, a folder with all that is in it; null means everything. */
  changed(paths: readonly string[] | null): void;
}

/** A context as it was last seen. */
interface Kept {
  root: Folder | null;
  /** What may be different by now, relative to the context; null: all of it. */
  dirty: Set<string> | null;
  /** Settled when nobody reads it. */
  free: Promise<unknown>;
}

// As many files are read in the time that it takes to write the cache: fewer are not worth it.
const WORTH_SAVING = 1000;

/**
 * Reads build contexts below `root`. With `isWatched` everything that changes is told through `changed`, and only that is
 * looked at again; without it the stat of every file is. Digests are kept in `cacheFile` for the next session.
 */
export function contextReader(root: string, isWatched: boolean, cacheFile: string | null): Contexts {
  const contexts = new Map<string, Kept>();
  let cache: Promise<StatCache> | null = null;
  return { read, changed };

  async function read(folder: string, dockerfile: string, signal?: AbortSignal): Promise<Context> {
    const absolute = resolve(root, folder);
    const [text, own] = await Promise.all([
      readText(join(absolute, dockerfile)),
      readText(join(absolute, `${dockerfile}.dockerignore`)),
    ]);
    const rules = own ?? (await readText(join(absolute, ".dockerignore"))) ?? "";
    const key = `${absolute}\0${rules}`;
    const kept = keptFor(contexts, key);
    const opened = await (cache ??= openStatCache(cacheFile));
    const scan = { root: absolute, ignore: ignoreOf(rules), cache: opened };
    const seen = kept.free.then(() => look(kept, scan, signal));
    kept.free = seen.catch(() => undefined);
    const context = contextOf(key, await seen, text, join(absolute, dockerfile));
    if (opened.fresh >= WORTH_SAVING) await opened.save();
    return context;
  }

  async function look(kept: Kept, scan: Scan, signal?: AbortSignal): Promise<Folder> {
    const dirty = isWatched ? kept.dirty : null;
    // From now on: what changes while it is read is looked at the next time.
    kept.dirty = new Set();
    try {
      const next = await inSlices(
        kept.root && dirty ? refreshed(scan, kept.root, dirty) : scanFolder(scan, "", 0),
        signal,
      );
      if (!next) throw missingFolder(scan.root);
      return (kept.root = next);
    } catch (error) {
      kept.dirty = null;
      throw error;
    }
  }

  function changed(paths: readonly string[] | null): void {
    for (const [key, kept] of contexts) {
      const folder = key.slice(0, key.indexOf("\0"));
      if (paths === null) kept.dirty = null;
      else for (const path of paths) note(kept, relative(folder, resolve(root, path)).split(sep).join("/"));
    }
  }
}

function keptFor(contexts: Map<string, Kept>, key: string): Kept {
  const kept = contexts.get(key) ?? { root: null, dirty: null, free: Promise.resolve() };
  contexts.set(key, kept);
  return kept;
}

function note(kept: Kept, path: string): void {
  // The context itself, or a folder above it.
  if (/^(\.\.(\/\.\.)*)?$/.test(path)) kept.dirty = null;
  else if (!path.startsWith("../")) kept.dirty?.add(path);
}

/** The same tree with these paths looked at again. */
function* refreshed(scan: Scan, root: Folder, paths: ReadonlySet<string>): Slices<Folder | null> {
  for (const path of paths) {
    yield* refresh(scan, root, path.split("/"));
    yield;
  }
  // A context whose folder is gone has no paths that could tell it.
  return root;
}

/** Down to the folder that holds the path; where a folder on the way is not known, all of it is new. */
function* refresh(scan: Scan, root: Folder, segments: readonly string[]): Slices<void> {
  let folder = root;
  for (const [i, name] of segments.entries()) {
    folder.digest = null;
    const known = folder.children.get(name);
    if (i < segments.length - 1 && known?.type === "folder") {
      folder = known;
      continue;
    }
    const node = yield* scanPath(scan, segments.slice(0, i + 1).join("/"));
    if (node) folder.children.set(name, node);
    else folder.children.delete(name);
    return;
  }
}

function contextOf(key: string, root: Folder, dockerfile: string | null, path: string): Context {
  if (dockerfile === null) throw missingDockerfile(path);
  return {
    digest: JSON.stringify([digestOfFolder(root), dockerfile]),
    key: createHash("sha256").update(key).digest("hex"),
    dockerfile,
    entries: () => entriesOf(root),
  };
}

function missingDockerfile(path: string): Error {
  return userError(
    "DOCKERFILE_MISSING",
    path,
    "there is no Dockerfile here",
    'write it, or name it: "build": {"dockerfile": "…"}',
  );
}

function missingFolder(path: string): Error {
  return userError(
    "CONTEXT_FOLDER_MISSING",
    path,
    "the build context is not there",
    'create the folder, or correct "build": {"context": "…"}',
  );
}
