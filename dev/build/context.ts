import { createHash } from "node:crypto";
import { lstat, readFile, readdir, readlink } from "node:fs/promises";
import { join } from "node:path";
import { userError } from "../../tools/lib/errors.ts";
import { isNodeError } from "../../tools/lib/files.ts";
import { type Ignore, readIgnore } from "../../tools/sources/ignore.ts";

/** One entry of a build context as Docker would see it. */
export interface ContextEntry {
  /** Relative to the context, with forward slashes. */
  readonly path: string;
  readonly type: "file" | "folder" | "link";
  /** Permission bits. */
  readonly mode: number;
  /** Bytes; zero but for files. */
  readonly size: number;
  /** SHA-256 of a file's content, target of a link, empty for a folder. */
  readonly content: string;
}

/** Digests of files by absolute path, each valid as long as nothing of the file's stat has changed. */
export type StatCache = Map<string, { readonly stamp: string; readonly content: string }>;

/**
 * What a build of `folder` would be sent, ordered by path: everything that .dockerignore leaves, and always the
 * Dockerfile itself. Throws a `UserError` when the folder or the Dockerfile is not there.
 */
export async function readContext(folder: string, dockerfile: string, cache: StatCache): Promise<ContextEntry[]> {
  const ignore = await readIgnore(folder, dockerfile);
  const found = await entriesBelow(folder, "", ignore, cache);
  if (!found.some(({ path }) => path === dockerfile)) found.push(await dockerfileEntry(folder, dockerfile, cache));
  return withParents(found).toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function entriesBelow(root: string, folder: string, ignore: Ignore, cache: StatCache): Promise<ContextEntry[]> {
  const names = await readdir(join(root, folder)).catch((error: unknown) =>
    missingFolder(error, join(root, folder), folder === ""),
  );
  const found = names.map(async (name): Promise<ContextEntry[]> => {
    const path = folder === "" ? name : `${folder}/${name}`;
    const entry = await entryAt(root, path, ignore, cache);
    if (entry === null) return [];
    const inside =
      entry.type === "folder" && !ignore.skipsFolder(path) ? await entriesBelow(root, path, ignore, cache) : [];
    return ignore.ignores(path) ? inside : [entry, ...inside];
  });
  return (await Promise.all(found)).flat();
}

/** Null for what is no part of a context: ignored files (never read), sockets and devices, and what has just disappeared. */
async function entryAt(root: string, path: string, ignore: Ignore, cache: StatCache): Promise<ContextEntry | null> {
  const absolute = join(root, path);
  const stats = await lstat(absolute).catch(() => null);
  if (stats === null) return null;
  const mode = stats.mode & 0o7777;
  if (stats.isDirectory()) return { path, type: "folder", mode, size: 0, content: "" };
  if (ignore.ignores(path)) return null;
  if (stats.isSymbolicLink()) return { path, type: "link", mode: 0o777, size: 0, content: await readlink(absolute) };
  if (!stats.isFile()) return null;
  return { path, type: "file", mode, size: stats.size, content: await digestOf(absolute, stats, cache) };
}

interface FileStats {
  readonly size: number;
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** A file that was written this short a time ago may be written again without a new time stamp. https://git-scm.com/docs/racy-git */
const RACY_MS = 100;

async function digestOf(path: string, { size, ino, mtimeMs, ctimeMs }: FileStats, cache: StatCache): Promise<string> {
  const stamp = `${size} ${ino} ${mtimeMs} ${ctimeMs}`;
  const known = cache.get(path);
  if (known?.stamp === stamp) return known.content;
  const isRacy = Date.now() - Math.max(mtimeMs, ctimeMs) < RACY_MS;
  const content = createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
  if (!isRacy) cache.set(path, { stamp, content });
  return content;
}

async function dockerfileEntry(root: string, dockerfile: string, cache: StatCache): Promise<ContextEntry> {
  const entry = await entryAt(root, dockerfile, { ignores: () => false, skipsFolder: () => false }, cache);
  if (entry?.type === "file") return entry;
  throw userError(
    "DOCKERFILE_MISSING",
    join(root, dockerfile),
    "there is no Dockerfile here",
    'write it, or name it: "build": {"dockerfile": "…"}',
  );
}

/** Folders that are ignored themselves, but not everything in them: Docker sends them too. */
function withParents(entries: readonly ContextEntry[]): ContextEntry[] {
  const known = new Map(entries.map((entry) => [entry.path, entry]));
  for (const { path } of entries) {
    for (let slash = path.lastIndexOf("/"); slash > 0; slash = path.lastIndexOf("/", slash - 1)) {
      const parent = path.slice(0, slash);
      if (!known.has(parent)) known.set(parent, { path: parent, type: "folder", mode: 0o755, size: 0, content: "" });
    }
  }
  return [...known.values()];
}

function missingFolder(error: unknown, path: string, isRoot: boolean): string[] {
  if (!isNodeError(error) || error.code !== "ENOENT") throw error;
  // A folder that disappears while it is read is no longer part of the context.
  if (!isRoot) return [];
  throw userError(
    "CONTEXT_FOLDER_MISSING",
    path,
    "the build context is not there",
    'create the folder, or correct "build": {"context": "…"}',
  );
}
