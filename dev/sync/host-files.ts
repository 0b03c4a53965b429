import { createHash } from "node:crypto";
import { lstat, readFile, readdir, readlink } from "node:fs/promises";
import { join, posix } from "node:path";
import { isNodeError } from "../../tools/lib/errors.ts";
import type { ServiceTarget, WatchRule } from "../core/target.ts";

/** What a path is on this machine. */
export type HostEntry =
  | { readonly type: "file"; readonly mode: number; readonly body: Buffer; readonly digest: string }
  | { readonly type: "link"; readonly link: string }
  | { readonly type: "folder" }
  | { readonly type: "gone" };

/** What a path of a container should be, and by which rule. */
export interface WantedFile {
  /** Absolute, in the container. */
  readonly path: string;
  readonly entry: HostEntry;
  readonly rule: WatchRule;
  /** The rule's own path: it may be the place of a volume, which nobody can remove. */
  readonly isRoot: boolean;
}

/**
 * What changed paths, relative to `root`, mean in the containers of a service; what is inside changed folders, too. The
 * first rule that is about a path counts; what no rule copies is left out.
 */
export async function wantedFiles(
  root: string,
  { watch }: Pick<ServiceTarget, "watch">,
  paths: Iterable<string>,
): Promise<WantedFile[]> {
  const found = new Map<string, WantedFile>();
  const visit = async (path: string): Promise<void> => {
    const entry = await entryAt(join(root, path));
    const rule = watch.find((one) => one.matches(path));
    if (rule?.target != null && rule.action.startsWith("sync")) {
      const inside = posix.relative(rule.path, path);
      const target = posix.join(rule.target, inside);
      found.set(target, { path: target, entry, rule, isRoot: inside === "" });
    }
    if (entry.type !== "folder" || (rule === undefined && NEVER_ENTERED.has(posix.basename(path)))) return;
    for (const name of await readdir(join(root, path)).catch(() => [])) await visit(posix.join(path, name));
  };
  for (const path of paths) await visit(path);
  return [...found.values()].toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

// Where no rule is about the folder itself, none is meant for the thousands of files in it.
const NEVER_ENTERED: ReadonlySet<string> = new Set(["node_modules", ".git"]);

async function entryAt(path: string): Promise<HostEntry> {
  try {
    const stats = await lstat(path);
    if (stats.isDirectory()) return { type: "folder" };
    if (stats.isSymbolicLink()) return { type: "link", link: await readlink(path) };
    if (!stats.isFile()) return { type: "gone" };
    const body = await readFile(path);
    // Windows knows no modes; builds give 0755 to what comes from there.
    const mode = process.platform === "win32" ? 0o755 : stats.mode & 0o777;
    return { type: "file", mode, body, digest: createHash("sha256").update(body).digest("hex") };
  } catch (error) {
    // It disappeared meanwhile, or its folder became a file.
    if (isNodeError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return { type: "gone" };
    throw error;
  }
}

/** What two equal files have in common: by it the loop knows what a container has already. */
export function stampOf(entry: HostEntry): string {
  if (entry.type === "file") return `f ${entry.mode.toString(8)} ${entry.digest}`;
  return entry.type === "link" ? `l ${entry.link}` : entry.type === "folder" ? "d" : "-";
}
