import { randomBytes } from "node:crypto";
import { mkdir, readFile, readdir, rename, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type Finding, UserError } from "./errors.ts";
import type { FileChange, FileTree } from "./tree.ts";

/** The text of a file, or `null` when there is none. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isNodeError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}

/** Every file below the given folders of `root`, by path relative to it. Folders that are not there are empty. */
export async function readTree(root: string, folders: readonly string[]): Promise<FileTree> {
  const paths = (await Promise.all(folders.map((folder) => filesBelow(root, folder)))).flat().toSorted();
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), "utf8")));
  return new Map(paths.map((path, i) => [path, texts[i] ?? ""]));
}

/**
 * The only writer of files. Each file appears whole or not at all (written beside, then renamed), so a killed run leaves
 * nothing half-written; folders that become empty disappear.
 */
export async function applyChanges(root: string, changes: readonly FileChange[]): Promise<void> {
  // Removals last: none may take away the folder into which another file is just being written.
  const removals = changes.filter(({ type }) => type === "delete");
  const writes = changes.filter(({ type }) => type !== "delete");
  const findings = [...(await inBatches(root, writes)), ...(await inBatches(root, removals))];
  if (findings.length > 0) throw new UserError(findings);
}

async function inBatches(root: string, changes: readonly FileChange[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (let start = 0; start < changes.length; start += PARALLEL_WRITES) {
    const batch = changes.slice(start, start + PARALLEL_WRITES);
    const failed = await Promise.all(batch.map((change) => applyChange(root, change)));
    findings.push(...failed.flat());
  }
  return findings;
}

// More at once only wait for each other.
const PARALLEL_WRITES = 32;

async function applyChange(root: string, change: FileChange): Promise<Finding[]> {
  const path = join(root, change.path);
  try {
    if (change.type === "delete") await removeFile(root, path);
    else await writeAtomically(path, change.content);
    return [];
  } catch (error) {
    return [unwritable(change.path, error)];
  }
}

function unwritable(where: string, error: unknown): Finding {
  if (!isNodeError(error)) throw error;
  const fix = "free its place, its permissions or the disk, and run the command again: it continues where it stopped";
  return { code: "FILE_UNWRITABLE", severity: "error", where, message: `it cannot be written: ${error.message}`, fix };
}

/** Writes a file whole or not at all; `mode` as in chmod. */
export async function writeAtomically(path: string, content: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.tmp-${randomBytes(6).toString("hex")}`;
  try {
    await writeFile(beside, content, { mode });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

async function filesBelow(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(absentIsEmpty);
  const found = entries.map(async (entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return filesBelow(root, path);
    // A link to a file is somebody's file; one that leads nowhere, or to a folder, is none.
    const isFile = entry.isFile() || (await stat(join(root, path)).catch(() => null))?.isFile();
    return isFile === true ? [path] : [];
  });
  return (await Promise.all(found)).flat();
}

function absentIsEmpty(error: unknown): [] {
  if (isNodeError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return [];
  throw error;
}

async function removeFile(root: string, path: string): Promise<void> {
  await rm(path, { force: true });
  for (let folder = dirname(path); folder.startsWith(`${root}/`); folder = dirname(folder)) {
    // Not empty, or emptied and removed by another removal at the same time: either way there is nothing left to do.
    const isGone = await rmdir(folder).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
}

export function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && "code" in error;
}
