import { hash } from "node:crypto";

/** One entry of a build context as Docker would see it. */
export interface ContextEntry {
  /** Relative to the context, with forward slashes. */
  readonly path: string;
  readonly type: "file" | "folder" | "link";
  /** Permission bits. */
  readonly mode: number;
  /** Bytes; zero but for files. */
  readonly size: number;
  /** When a file was last written; no part of its content. */
  readonly mtimeMs: number;
  /** SHA-256 of a file's content, target of a link, empty for a folder. */
  readonly content: string;
}

export interface Leaf {
  readonly type: "file" | "link";
  readonly mode: number;
  readonly size: number;
  readonly mtimeMs: number;
  readonly content: string;
}

/** A folder of a context, kept from one look to the next: what changed in it is replaced, and its digest made anew. */
export interface Folder {
  readonly type: "folder";
  readonly mode: number;
  /** Left out by itself: it is there only as the way to what is not. */
  readonly isIgnored: boolean;
  readonly children: Map<string, Leaf | Folder>;
  /** Null when something below has changed since. */
  digest: string | null;
}

/** The mode of a folder that is ignored while something in it is not: what Docker makes of it. */
const WAY_MODE = 0o755;

/** Digest of all that is below, names and modes included. Only what has changed is looked at. */
export function digestOfFolder(folder: Folder): string {
  return (folder.digest ??= hash("sha256", listing(folder)));
}

function listing(folder: Folder): string {
  let text = "";
  for (const name of sortedNames(folder)) {
    const node = folder.children.get(name);
    if (!node || !isPart(node)) continue;
    // No name and no target holds a NUL, so no two listings are alike.
    const content = node.type === "folder" ? digestOfFolder(node) : node.content;
    text += `${node.type}\0${modeOf(node)}\0${name}\0${content}\0`;
  }
  return text;
}

/** Everything that a build is sent, in the order of a walk: a folder, then what is in it. */
export function entriesOf(folder: Folder, path = "", found: ContextEntry[] = []): readonly ContextEntry[] {
  for (const name of sortedNames(folder)) {
    const node = folder.children.get(name);
    if (!node || !isPart(node)) continue;
    const own = path === "" ? name : `${path}/${name}`;
    if (node.type === "folder") {
      found.push({ path: own, type: "folder", mode: modeOf(node), size: 0, mtimeMs: 0, content: "" });
      entriesOf(node, own, found);
    } else {
      const { type, mode, size, mtimeMs, content } = node;
      found.push({ path: own, type, mode, size, mtimeMs, content });
    }
  }
  return found;
}

function isPart(node: Leaf | Folder): boolean {
  return node.type !== "folder" || !node.isIgnored || [...node.children.values()].some(isPart);
}

function modeOf(node: Leaf | Folder): number {
  return node.type === "folder" && node.isIgnored ? WAY_MODE : node.mode;
}

/** In the order of their bytes, as the engine wants them: JavaScript's own differs beyond the basic plane. */
function sortedNames({ children }: Folder): string[] {
  const names = [...children.keys()].toSorted();
  return names.some((name) => /[\uD800-\uDFFF]/.test(name))
    ? names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    : names;
}
