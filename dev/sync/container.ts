import { posix } from "node:path";
import { type WantedFile, stampOf } from "./host-files.ts";
import type { Way } from "./channels.ts";
import type { Answer } from "./shell.ts";
import { chunks, copyOrder, digestsOrder, quoted, typesOrder } from "./script.ts";

/** What one container is known to have: path → stamp. */
export type Known = Map<string, string>;

/** Files that could not be written, in the shell's words. */
export class CopyFailed extends Error {}

const PER_ORDER = 200;

/** Of `wanted`, what the container does not have as it should be. What it has is remembered in `known`. */
export async function missingFiles(way: Way, wanted: readonly WantedFile[], known: Known): Promise<WantedFile[]> {
  const unknown = wanted.filter(({ path }) => !known.has(path));
  for (const part of chunks(unknown, PER_ORDER)) await look(way, part, known);
  return wanted.filter(({ path, entry }) => known.get(path) !== stampOf(entry) && !isStaying(path, entry, known));
}

/** A folder is what it is: nothing has to be written for one that is there. */
function isStaying(path: string, { type }: WantedFile["entry"], known: Known): boolean {
  return type === "folder" && known.get(path) === "d";
}

async function look(way: Way, files: readonly WantedFile[], known: Known): Promise<void> {
  const paths = files.map(({ path }) => way.root + path);
  const types = (await way.shell.run(typesOrder(paths))).output.split("\n");
  const regular = files.filter((_, i) => types[i] === "f");
  files.forEach(({ path }, i) => known.set(path, types[i] === "f" ? "f" : (types[i] ?? "?")));
  if (regular.length === 0 || !way.shell.has.has("sha256sum") || !way.shell.has.has("stat")) return;
  const { exitCode, output } = await way.shell.run(digestsOrder(regular.map(({ path }) => way.root + path)));
  const lines = output.split("\n");
  if (exitCode !== 0) return;
  regular.forEach(({ path }, i) => {
    // A name that holds a line's end is written with a backslash before its digest.
    const digest = /^\\?([0-9a-f]{64}) /.exec(lines[regular.length + i] ?? "")?.[1];
    known.set(path, `f ${lines[i]} ${digest}`);
  });
}

/** Writes files; `after` is done in the same breath. Throws `CopyFailed`. */
export async function copyFiles(
  way: Way,
  files: readonly WantedFile[],
  known: Known,
  after: string | null,
): Promise<void> {
  if (!way.shell.has.has("take") || !way.shell.has.has("mv"))
    throw new CopyFailed("the image has no program that writes files");
  await refuseLinks(way, files);
  // Until it is done nobody knows what is there.
  for (const { path } of files) known.delete(path);
  const answer = await way.shell.run(copyOrder(files, way.root, way.shell.has.has("tar"), after));
  if (answer.exitCode !== 0) throw failed(way, answer);
  for (const { path, entry } of files) known.set(path, stampOf(entry));
}

/** Seen from the node an absolute link leads to the node's own files: nothing is written behind one. */
async function refuseLinks({ shell, root }: Way, files: readonly WantedFile[]): Promise<void> {
  if (root === "") return;
  const folders = new Set<string>();
  for (const { path } of files) for (let at = posix.dirname(path); at !== "/"; at = posix.dirname(at)) folders.add(at);
  const line = `for f in ${[...folders].map((folder) => quoted(root + folder)).join(" ")}; do [ ! -L "$f" ] || echo "$f"; done`;
  const { output } = await shell.run({ line, input: [] });
  const link = output.trim();
  if (link !== "") throw new CopyFailed(`${link.slice(root.length)} is a link`);
}

function failed({ shell }: Way, { output }: Answer): CopyFailed {
  // What it has not read of the files would be taken for orders.
  shell.close();
  return new CopyFailed(output.trim().split("\n").at(-1) ?? "");
}
