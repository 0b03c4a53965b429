import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Interest } from "./interest.ts";

// What is in a folder; nothing when it has just gone, or nobody may read it: whoever builds it hears of that.

export function pathsIn(folder: string): readonly string[] {
  return listed(() => readdirSync(folder).map((name) => join(folder, name)));
}

export function foldersIn(folder: string, interest: Interest): readonly string[] {
  return listed(() =>
    readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() || (entry.isSymbolicLink() && interest.isFollowed(path)) ? [path] : [];
    }),
  );
}

function listed(list: () => string[]): string[] {
  try {
    return list();
  } catch {
    return [];
  }
}
