import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isNodeError } from "./errors.ts";

/**
 * A private folder below the temporary one, `PREFIX<process id>-XXXXXX`. What processes that were killed have left under
 * the same prefix is removed first.
 */
export async function processFolder(prefix: string): Promise<string> {
  await removeDeadFolders(prefix);
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Removes the folders with this prefix whose processes are no more. Never throws. */
export async function removeDeadFolders(prefix: string): Promise<void> {
  const dead = (await readdir(tmpdir()).catch(() => [])).filter((name) => {
    const pid = name.startsWith(prefix) ? /^(\d+)-/.exec(name.slice(prefix.length))?.[1] : undefined;
    return pid !== undefined && !isRunning(Number(pid));
  });
  // Another user's cannot be removed, and is his to remove.
  await Promise.allSettled(dead.map((name) => rm(join(tmpdir(), name), { recursive: true, force: true })));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's is running as well.
    return isNodeError(error) && error.code === "EPERM";
  }
}
