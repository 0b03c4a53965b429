import { type Dirent, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type Finding, UserError, isNodeError } from "./errors.ts";
import { byCodePoint } from "./merge.ts";
import type { FileTree } from "./tree.ts";

/** What stands below some folders. Links are not followed: what is behind them is somebody else's. */
export interface Disk {
  readonly files: FileTree;
  /** Everything that is no plain file, by path: folders too, the ones asked for included. */
  readonly others: ReadonlyMap<string, Other>;
}

/** `special`: a socket, a pipe, a device, or a file too large for a text. */
export type Other = "folder" | "link" | "special";

/**
 * Every file below the given folders of `root`, by path relative to it. Folders that are not there are empty. Throws one
 * `UserError` with everything that cannot be read. Not asynchronous: thousands of small files are read in a tenth of the time.
 */
export function readDisk(root: string, folders: readonly string[]): Disk {
  const files: [string, string][] = [];
  const others = new Map<string, Other>();
  const findings: Finding[] = [];
  const visit = (path: string, kind: Other | "file"): void => {
    if (kind === "file") return readOne(path);
    others.set(path, kind);
    if (kind === "folder") for (const entry of attempt(path, list)) visit(`${path}/${entry.name}`, kindOf(entry));
  };
  const readOne = (path: string): void => {
    const [text] = attempt(path, (absolute) => [readFileSync(absolute, "utf8")]);
    if (text !== undefined) files.push([path, text]);
  };
  const attempt = <T>(path: string, read: (absolute: string) => readonly T[]): readonly T[] => {
    try {
      return read(join(root, path));
    } catch (error) {
      if (isNodeError(error) && TOO_LARGE.has(error.code)) others.set(path, "special");
      else if (!isGone(error)) findings.push(unreadable(path, error));
      return [];
    }
  };
  for (const folder of folders) {
    const entry = attempt(".", list).find(({ name }) => name === folder);
    if (entry) visit(folder, kindOf(entry));
  }
  if (findings.length > 0) throw new UserError(findings);
  return { files: new Map(files.toSorted(([a], [b]) => byCodePoint(a, b))), others };
}

/** Folders in which there is nothing but such folders, the deepest first. */
export function emptyFolders({ files, others }: Disk): string[] {
  const folders = [...others].flatMap(([path, kind]) => (kind === "folder" ? [path] : []));
  const filled = new Set<string>();
  for (const path of [...files.keys(), ...[...others.keys()].filter((other) => others.get(other) !== "folder")])
    for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1)) filled.add(path.slice(0, end));
  return folders.filter((path) => !filled.has(path)).toReversed();
}

/** The plain files of `readDisk` alone. */
export async function readTree(root: string, folders: readonly string[]): Promise<FileTree> {
  return readDisk(root, folders).files;
}

function list(absolute: string): Dirent[] {
  return readdirSync(absolute, { withFileTypes: true });
}

function kindOf(entry: Dirent): Other | "file" {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  return entry.isSymbolicLink() ? "link" : "special";
}

const TOO_LARGE: ReadonlySet<string | undefined> = new Set(["ERR_STRING_TOO_LONG", "ERR_FS_FILE_TOO_LARGE"]);

/** Removed by somebody else after its folder was listed, or never there. */
function isGone(error: unknown): boolean {
  return isNodeError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

function unreadable(where: string, error: unknown): Finding {
  if (!isNodeError(error)) throw error;
  const message = `it cannot be read: ${error.message}`;
  return { code: "FILE_UNREADABLE", severity: "error", where, message, fix: "check who may read it, and the disk" };
}
