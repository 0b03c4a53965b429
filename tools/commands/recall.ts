import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Disk } from "../lib/disk.ts";
import { type Finding, isNodeError } from "../lib/errors.ts";
import { stagedBy, writeAtomically } from "../lib/files.ts";
import { byCodePoint } from "../lib/merge.ts";

// What is written is a function of what is read and of the generator itself. When all three are what they were at the end
// of an earlier run, byte for byte, there is nothing to do, and the outcome is that run's. The digest also covers what the
// record itself says: a damaged, an old or a foreign record fits nothing, and everything is done anew.

/** A hash of the whole generator; only a bundle knows it. */
declare const SLIPWAY_KEY: string;

// Git-ignored, and nothing is lost with it.
const MEMORY_FILE = ".slipway/gen.json";

/** What `gen` says when everything is as it must be. */
export interface Outcome {
  readonly warnings: readonly Finding[];
  /** How many files are generated. */
  readonly files: number;
}

interface Memory extends Outcome {
  /** Of the generator and what it read: as long as this is another, nothing else needs to be looked at. */
  readonly inputs: string;
  /** Of everything. */
  readonly digest: string;
  /** The files that were read, relative to the root. */
  readonly names: readonly string[];
}

/** The outcome of an earlier run, when neither the inputs nor the output nor the generator have changed since. */
export function recall(root: string, disk: Disk): Outcome | null {
  if (typeof SLIPWAY_KEY === "undefined") return null;
  try {
    const memory = JSON.parse(readFileSync(join(root, MEMORY_FILE), "utf8")) as Memory;
    const { inputs, digest, names, warnings, files } = memory;
    const read = new Map(names.map((name) => [name, textOf(join(root, name))]));
    if (inputs !== inputsDigest(read)) return null;
    const settled = without(disk, (path) => stagedBy(path)?.isLive === true);
    return digest === wholeDigest(inputs, settled, { warnings, files }) ? { warnings, files } : null;
  } catch (error) {
    // Not there, not ours, not JSON: nothing is known.
    if (isNodeError(error) || error instanceof SyntaxError || error instanceof TypeError) return null;
    throw error;
  }
}

/** Keeps an outcome for the next run. Where it cannot be kept, the next run does everything anew. */
export async function remember(
  root: string,
  read: ReadonlyMap<string, string | null>,
  disk: Disk,
  outcome: Outcome,
): Promise<void> {
  if (typeof SLIPWAY_KEY === "undefined") return;
  const inputs = inputsDigest(read);
  // What another run was just writing beside its place is gone by the next one.
  const settled = without(disk, (path) => stagedBy(path) !== null);
  const digest = wholeDigest(inputs, settled, outcome);
  const memory: Memory = { inputs, digest, names: [...read.keys()], ...outcome };
  await writeAtomically(join(root, MEMORY_FILE), JSON.stringify(memory)).catch(() => undefined);
}

function without(disk: Disk, isLeftOut: (path: string) => boolean): Disk {
  return { ...disk, files: new Map([...disk.files].filter(([path]) => !isLeftOut(path))) };
}

function textOf(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isNodeError(error) && error.code === "ENOENT") return null;
    throw error;
  }
}

function inputsDigest(read: ReadonlyMap<string, string | null>): string {
  return digestOf([SLIPWAY_KEY, ...textsOf(read)]);
}

function wholeDigest(inputs: string, { files, others }: Disk, { warnings, files: count }: Outcome): string {
  // A folder is there when a file is in it.
  const noFiles = new Map([...others].filter(([, kind]) => kind !== "folder"));
  return digestOf([inputs, ...textsOf(files), ...textsOf(noFiles), JSON.stringify(warnings), String(count)]);
}

/** How many there are, then each path and its text, in an order that is always the same. */
function textsOf(texts: ReadonlyMap<string, string | null>): string[] {
  const sorted = [...texts].toSorted(([a], [b]) => byCodePoint(a, b));
  return [String(texts.size), ...sorted.flatMap(([path, text]) => [path, text ?? "\0"])];
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text);
  return hash.digest("hex");
}
