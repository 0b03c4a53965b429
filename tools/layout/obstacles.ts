import type { Disk, Other } from "../lib/disk.ts";
import type { Finding } from "../lib/errors.ts";
import type { FileTree } from "../lib/tree.ts";

/**
 * What stands in the way of the files that are to be written: links (nothing is ever written through one), a file where
 * a folder must be or the other way round, and names that some file systems take for one. Not even `--force` removes it.
 */
export function obstacles(wanted: FileTree, removed: Iterable<string>, disk: Disk): Finding[] {
  const places = new Map<string, "folder" | "file">();
  for (const path of wanted.keys()) {
    // Where the last folder is known, those above it are.
    if (places.get(path.slice(0, path.lastIndexOf("/"))) !== "folder")
      for (let end = path.indexOf("/"); end >= 0; end = path.indexOf("/", end + 1))
        places.set(path.slice(0, end), "folder");
    places.set(path, "file");
  }
  return [
    ...[...places].flatMap(([path, must]) => inTheWay(path, must, disk)),
    ...sameButForCase([...wanted.keys(), ...removed]),
  ];
}

function inTheWay(path: string, must: "folder" | "file", { files, others }: Disk): Finding[] {
  const there = others.get(path) ?? (files.has(path) ? "file" : null);
  if (there === null || there === must) return [];
  const fix = there === "link" ? "remove the link, or put the real folder or file in its place" : "move it away";
  return [
    {
      code: there === "link" ? "FILE_LINK" : "FILE_OBSTRUCTED",
      severity: "error",
      where: path,
      message: `${NAMES[there]} stands where a generated ${must} must be${there === "link" ? ", and nothing is written through it" : ""}`,
      fix,
    },
  ];
}

const NAMES: Readonly<Record<Other | "file", string>> = {
  file: "a file",
  folder: "a folder",
  link: "a link",
  special: "something that is no plain file",
};

/** On macOS and Windows they are one file: removing the old one would remove the new one. */
function sameButForCase(paths: readonly string[]): Finding[] {
  const seen = new Map<string, string>();
  return paths.flatMap((path): Finding[] => {
    const other = seen.get(path.toLowerCase());
    seen.set(path.toLowerCase(), path);
    if (other === undefined || other === path) return [];
    const message = `it differs from ${other} only in case: on macOS and Windows the two are one file`;
    return [{ code: "FILE_CASE", severity: "error", where: path, message, fix: "rename or remove one of the two" }];
  });
}
