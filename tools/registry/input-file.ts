import { isUtf8 } from "node:buffer";
import { type Stats } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isNodeError, userError } from "../lib/errors.ts";

export const REGISTRY_FILE = "services.json";

/** The largest registry that is read: thousands of services. Checking it takes seconds and some hundred megabytes. */
export const MAX_REGISTRY_BYTES = 10 * 2 ** 20;

/** The text of `services.json` or of the lock beside it; null when there is none. Throws a `UserError` when it is no such file. */
export async function readInputFile(root: string, name: string): Promise<string | null> {
  try {
    const stats = await stat(join(root, name));
    refuse(name, stats);
    return textOf(name, await readFile(join(root, name)));
  } catch (error) {
    if (!isNodeError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
    throw unreadable(name, `cannot be read: ${error.message}`);
  }
}

function refuse(name: string, stats: Stats): void {
  if (!stats.isFile()) throw unreadable(name, `is ${stats.isDirectory() ? "a folder" : "no plain file"}`);
  if (stats.size > MAX_REGISTRY_BYTES)
    throw userError(
      "REGISTRY_TOO_LARGE",
      name,
      `${name} has ${stats.size} bytes; more than ${MAX_REGISTRY_BYTES} are not read`,
      "make several platforms of it, each in a folder of its own: --root DIR",
    );
}

function unreadable(name: string, problem: string): Error {
  return userError(
    "REGISTRY_UNREADABLE",
    name,
    `${name} ${problem}`,
    "check that it is a file and that you may read it",
  );
}

function textOf(name: string, bytes: Buffer): string {
  const encoding = otherEncoding(bytes);
  if (encoding === null) return bytes.toString("utf8");
  throw userError("REGISTRY_ENCODING", name, `${name} is ${encoding}`, "save it as UTF-8");
}

/** A mark of UTF-16, or the zeros that it gives every letter of English. */
function otherEncoding(bytes: Buffer): string | null {
  const [first = 1, second = 1] = bytes;
  const hasMark = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff);
  if (hasMark || (bytes.length > 1 && (first === 0) !== (second === 0))) return "UTF-16, not UTF-8";
  return isUtf8(bytes) ? null : "not UTF-8";
}
