import { isUtf8 } from "node:buffer";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { isNodeError } from "../../lib/files.ts";
import { lostInKustomize } from "../../lib/text.ts";

/** What lies at a path of this machine. */
export type Look =
  | {
      readonly kind: "file";
      /** Null where it is no text, or too much of it, for a ConfigMap. */
      readonly text: string | null;
    }
  | {
      readonly kind: "folder";
      /** Its files, links left out, at any depth, relative to it; null where there are many. */
      readonly files: readonly string[] | null;
    }
  | { readonly kind: "other" };

/** Null where nothing lies there. */
export type Disk = (path: string) => Look | null;

// A ConfigMap holds 1 MiB at most, of which `kubectl apply` needs a quarter for its own copy.
const MAX_FILE_BYTES = 240_000;
const MAX_FILES = 20;

export const disk: Disk = (path) => {
  try {
    return look(path);
  } catch (error) {
    // Not allowed, a path through a file, a link that leads nowhere: nothing that can be read either way.
    if (isNodeError(error)) return { kind: "other" };
    throw error;
  }
};

function look(path: string): Look | null {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats) return null;
  if (stats.isDirectory()) return { kind: "folder", files: filesBelow(path, "") };
  if (!stats.isFile()) return { kind: "other" };
  if (stats.size > MAX_FILE_BYTES) return { kind: "file", text: null };
  const bytes = readFileSync(path);
  const text = bytes.toString("utf8");
  return { kind: "file", text: isUtf8(bytes) && lostInKustomize(text) === null ? text : null };
}

function filesBelow(folder: string, below: string): readonly string[] | null {
  const found: string[] = [];
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    const inside = entry.isDirectory() ? filesBelow(folder, path) : [path];
    if (inside === null || found.length + inside.length > MAX_FILES) return null;
    found.push(...inside);
  }
  return found.toSorted();
}
