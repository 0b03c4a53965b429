import { randomBytes } from "node:crypto";
import { mkdirSync, renameSync, rmSync, rmdirSync, unlinkSync, writeFileSync } from "node:fs";
import { mkdir, readFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { type Finding, UserError, isNodeError } from "./errors.ts";
import type { FileChange } from "./tree.ts";

export { readTree } from "./disk.ts";
export { isNodeError } from "./errors.ts";

/** The text of a file, or `null` when there is none. */
export async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isNodeError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return null;
    throw error;
  }
}

/**
 * The only writer of files. Everything is written beside its place first, then all of it is renamed into place: what
 * cannot be written (a full disk, a folder that may not be written to) changes nothing at all, and a killed run leaves no
 * file half-written. Folders that become empty disappear.
 */
export async function applyChanges(root: string, changes: readonly FileChange[]): Promise<void> {
  const writes = changes.filter((change) => change.type !== "delete");
  const staged = writes.map(({ path, content }) => ({ path, ...stage(root, path, content) }));
  if (staged.some(({ beside }) => beside === null)) staged.forEach(({ path, beside }) => unstage(root, path, beside));
  const failed = staged.flatMap(({ finding }) => finding ?? []);
  if (failed.length > 0) throw new UserError(failed);
  const findings = staged.flatMap(({ path, beside }) => attempt(path, () => moveInto(root, path, beside ?? "")));
  // Removals last: none may take away the folder into which another file is just being written.
  const removals = changes.filter(({ type }) => type === "delete");
  findings.push(...removals.flatMap(({ path }) => attempt(path, () => removeFile(root, path))));
  if (findings.length > 0) throw new UserError(findings);
}

/** Whether a path is that of a file which this or another run writes beside its place; `isLive` when that run still runs. */
export function stagedBy(path: string): { readonly isLive: boolean } | null {
  const pid = /\.tmp-(\d+)-[0-9a-f]{8}$/.exec(path)?.[1];
  return pid === undefined ? null : { isLive: isRunning(Number(pid)) };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return isNodeError(error) && error.code === "EPERM";
  }
}

function besides(path: string): string {
  return `${path}.tmp-${process.pid}-${randomBytes(4).toString("hex")}`;
}

interface Staged {
  /** Where it lies until it is moved into place; null when it could not be written. */
  readonly beside: string | null;
  readonly finding: Finding | null;
}

function stage(root: string, path: string, content: string): Staged {
  const beside = besides(join(root, path));
  const [finding = null] = attempt(path, () => writeBeside(beside, content));
  if (finding) discard(beside);
  return { beside: finding ? null : beside, finding };
}

/** Its folder is made when there is none; again when another run took it away, as empty, before the file came into it. */
function writeBeside(beside: string, content: string, attempts = 3): void {
  try {
    writeFileSync(beside, content, { mode: 0o644 });
  } catch (error) {
    if (!isNodeError(error) || error.code !== "ENOENT" || attempts === 1) throw error;
    mkdirSync(dirname(beside), { recursive: true });
    writeBeside(beside, content, attempts - 1);
  }
}

function unstage(root: string, path: string, beside: string | null): void {
  if (beside !== null) discard(beside);
  removeEmpty(root, dirname(join(root, path)));
}

function moveInto(root: string, path: string, beside: string): void {
  try {
    renameSync(beside, join(root, path));
  } catch (error) {
    discard(beside);
    throw error;
  }
}

/** What kept it from being written may keep it from being removed as well: the finding is told already. */
function discard(beside: string): void {
  try {
    rmSync(beside, { force: true });
  } catch (error) {
    if (!isNodeError(error)) throw error;
  }
}

function attempt(where: string, action: () => void): Finding[] {
  try {
    action();
    return [];
  } catch (error) {
    if (!isNodeError(error)) throw error;
    const message = `it cannot be written: ${error.message}`;
    const fix = "free its place, its permissions or the disk, and run the command again: it continues where it stopped";
    return [{ code: "FILE_UNWRITABLE", severity: "error", where, message, fix }];
  }
}

/** Removes a file that may be gone already, and the folders that it leaves empty. */
export function removeFile(root: string, path: string): void {
  try {
    unlinkSync(join(root, path));
  } catch (error) {
    if (!isNodeError(error) || error.code !== "ENOENT") throw error;
  }
  removeEmpty(root, dirname(join(root, path)));
}

/** Removes a folder, and those above it up to `root`, as far as they are empty. */
export function removeEmpty(root: string, start: string): void {
  for (let folder = start; folder.startsWith(`${root}/`); folder = dirname(folder)) {
    try {
      rmdirSync(folder);
    } catch (error) {
      if (!isNodeError(error)) throw error;
      // Something is left in it. One that is gone already, or never came to be, may leave the one above it empty.
      if (error.code !== "ENOENT") return;
    }
  }
}

/** Writes one file whole or not at all; `mode` as in chmod. */
export async function writeAtomically(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await removeLeftovers(path);
  const beside = besides(path);
  try {
    await writeFile(beside, content, { mode });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** What runs that were killed left beside a file: it may hold what the file itself holds. */
async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path));
  const left = names.filter((name) => name.startsWith(`${basename(path)}.tmp-`) && stagedBy(name)?.isLive === false);
  await Promise.all(left.map((name) => rm(join(dirname(path), name), { force: true })));
}
