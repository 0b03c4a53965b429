import { posix } from "node:path";
import type { WatchEntry } from "../../tools/registry/schema/develop.ts";
import { ignoreOf } from "../../tools/sources/ignore.ts";
import { isBelow } from "../core/affected.ts";
import type { WatchRule } from "../core/target.ts";

/**
 * A rule as the loop asks it. Patterns are those of .dockerignore, relative to the rule's path; what a .dockerignore
 * leaves out of its image is no rule's either, nor is Git's own folder.
 * https://docs.docker.com/compose/how-tos/file-watch/#compose-watch-versus-bind-mounts
 */
export function watchRule(written: WatchEntry, isIgnored: (path: string) => boolean): WatchRule {
  const { action, target, initialSync, exec } = written;
  const path = posix.normalize(written.path).replace(/(?<=.)\/$/, "");
  const included = written.include && ignoreOf(written.include.join("\n"));
  const ignored = ignoreOf([".git", ...(written.ignore ?? [])].join("\n"));
  const matches = (changed: string): boolean => {
    if (!isBelow(changed, path) || (action !== "rebuild" && isIgnored(changed))) return false;
    const inside = path === "." ? changed : changed.slice(path.length + 1);
    // The path itself: a rule about one file, or the folder as a whole.
    if (inside === "") return true;
    return (included?.ignores(inside) ?? true) && !ignored.ignores(inside);
  };
  return {
    action,
    path,
    target: target === undefined ? null : posix.normalize(target).replace(/(?<=.)\/$/, ""),
    matches,
    ignore: [".git", ...(written.ignore ?? [])],
    initialSync: initialSync ?? false,
    exec: exec ? { command: exec.command, workingDir: exec.workingDir ?? null } : null,
  };
}
