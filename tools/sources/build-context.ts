import type { Dirent } from "node:fs";
import { readFile, readdir, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { isNodeError, readText } from "../lib/files.ts";
import type { Build } from "../registry/schema/service.ts";
import { type Instruction, commandWords, parseDockerfile } from "./dockerfile.ts";
import { type Ignore, readIgnore } from "./ignore.ts";

/** One file or folder of a build context. */
export interface ContextFile {
  /** Relative to the context, with forward slashes. */
  readonly path: string;
  readonly type: "file" | "folder";
  /** Left out by .dockerignore. */
  readonly isIgnored: boolean;
  readonly isExecutable: boolean;
  /** Of what the checks read: requirements, variables, scripts. Null for everything else. */
  readonly text: string | null;
}

/** What an image is built from, as data. */
export interface BuildContext {
  /** As the registry names it. */
  readonly folder: string;
  /** Path of the Dockerfile beside services.json: what a finding points at. */
  readonly dockerfile: string;
  /** Null where there is no Dockerfile. */
  readonly lines: readonly string[] | null;
  readonly instructions: readonly Instruction[];
  readonly files: readonly ContextFile[];
}

/** Tells builds of the same files apart from others. */
export function contextKey({ context, dockerfile = "Dockerfile" }: Build): string {
  return `${posix.normalize(context)} ${posix.normalize(dockerfile)}`;
}

/** Every build context below `root`, by its key. A folder that is not there (sources that live elsewhere) is absent. */
export async function readBuildContexts(
  root: string,
  builds: readonly Build[],
): Promise<ReadonlyMap<string, BuildContext>> {
  const unique = new Map(builds.map((build) => [contextKey(build), build]));
  const found = new Map<string, BuildContext>();
  for (const [key, build] of unique) {
    const context = await readBuildContext(root, build);
    if (context) found.set(key, context);
  }
  return found;
}

async function readBuildContext(root: string, build: Build): Promise<BuildContext | null> {
  const folder = join(root, build.context);
  if (!(await stat(folder).catch(() => null))?.isDirectory()) return null;
  const name = build.dockerfile ?? "Dockerfile";
  const text = await readText(join(folder, name));
  const instructions = text === null ? [] : parseDockerfile(text);
  const programs = new Set(instructions.flatMap(commandWords).map((word) => posix.basename(word)));
  const ignore = await readIgnore(folder, name);
  return {
    folder: build.context,
    dockerfile: posix.join(build.context, name),
    lines: text === null ? null : text.split(/\r?\n/),
    instructions,
    files: await filesBelow(folder, "", ignore, (path) => isRead(path, programs)),
  };
}

// Installed or fetched, never written here: their inside says nothing about the build.
const UNSEEN: ReadonlySet<string> = new Set(["node_modules", ".git", ".venv", "__pycache__"]);

async function filesBelow(
  root: string,
  folder: string,
  ignore: Ignore,
  isWanted: (path: string) => boolean,
): Promise<ContextFile[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(unreadableIsEmpty);
  const found = entries.map(async (entry): Promise<ContextFile[]> => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const isIgnored = ignore.ignores(path);
    if (!entry.isDirectory()) return [await fileAt(root, path, isIgnored, isWanted(path))];
    const own: ContextFile = { path, type: "folder", isIgnored, isExecutable: false, text: null };
    if (UNSEEN.has(entry.name) || ignore.skipsFolder(path)) return [own];
    return [own, ...(await filesBelow(root, path, ignore, isWanted))];
  });
  return (await Promise.all(found)).flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

async function fileAt(root: string, path: string, isIgnored: boolean, isWanted: boolean): Promise<ContextFile> {
  const plain = { path, type: "file", isIgnored } as const;
  if (!isWanted) return { ...plain, isExecutable: false, text: null };
  const stats = await stat(join(root, path)).catch(() => null);
  if (!stats?.isFile() || stats.size > MAX_BYTES) return { ...plain, isExecutable: false, text: null };
  return { ...plain, isExecutable: (stats.mode & 0o111) !== 0, text: await readFile(join(root, path), "utf8") };
}

// A script or a list of packages is small; what is larger is a program.
const MAX_BYTES = 256 * 1024;

function isRead(path: string, programs: ReadonlySet<string>): boolean {
  const name = posix.basename(path);
  return programs.has(name) || /^requirements.*\.(txt|in)$|^\.env(\..+)?$|\.sh$/.test(name);
}

function unreadableIsEmpty(error: unknown): Dirent[] {
  if (isNodeError(error)) return [];
  throw error;
}
