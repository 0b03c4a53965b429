import { readFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import { writeAtomically } from "../../tools/lib/files.ts";
import { type KnownFile, type KnownFiles, type Look, lookInto } from "./known-files.ts";

/**
 * What was read of files. By folder, and made only for one that somebody looks at: fifty thousand paths and objects at
 * once take as long as the files' stats do.
 */
export interface StatCache {
  /** Of an absolute path. */
  lookInto(folder: string): Look;
  /** How many have come in since it was last written. */
  readonly fresh: number;
  /** Keeps for the next session what this one has seen. */
  save(): Promise<void>;
}

/** The cache that an earlier session left at `file`. One that is not there, not whole or not ours is an empty one. */
export async function openStatCache(file: string | null): Promise<StatCache> {
  const earlier = file === null ? null : await load(file);
  const seen = new Map<string, KnownFiles>();
  let fresh = 0;
  return {
    lookInto(folder) {
      const known = seen.get(folder) ?? earlier?.(folder) ?? { files: new Map(), digest: null, changes: 0 };
      seen.set(folder, known);
      return lookInto(known, () => fresh++);
    },
    get fresh() {
      return fresh;
    },
    async save() {
      fresh = 0;
      if (file !== null) await writeAtomically(file, packed(seen), 0o600);
    },
  };
}

// Raised when the file means something else than before, the digest of a folder included.
const FORMAT = "slipway files 2";

/** Few large values: many small ones take longer to read than the files' stats. */
interface Packed {
  readonly format: string;
  readonly folders: string;
  /** Of the folders; empty for one without. */
  readonly digests: string;
  /** How many files each of them has. */
  readonly counts: Uint32Array;
  readonly names: string;
  readonly contents: string;
  readonly stats: Float64Array;
}

function packed(seen: ReadonlyMap<string, KnownFiles>): Buffer {
  const folders = [...seen].filter(([, { files }]) => files.size > 0);
  const files = folders.flatMap(([, known]) => [...known.files]);
  const stats = files.flatMap(([, { mode, size, ino, mtimeMs, ctimeMs }]) => [mode, size, ino, mtimeMs, ctimeMs]);
  const whole: Packed = {
    format: FORMAT,
    folders: folders.map(([path]) => path).join("\0"),
    digests: folders.map(([, { digest }]) => digest ?? "").join("\0"),
    counts: Uint32Array.from(folders, ([, known]) => known.files.size),
    names: files.map(([name]) => name).join("\0"),
    contents: files.map(([, { content }]) => content).join(""),
    stats: Float64Array.from(stats),
  };
  return serialize(whole);
}

type Earlier = (folder: string) => KnownFiles | null;

async function load(file: string): Promise<Earlier | null> {
  try {
    return unpacked(deserialize(await readFile(file)) as Packed);
  } catch {
    // Whatever is wrong with it, every file can be read again.
    return null;
  }
}

const DIGEST_LENGTH = 64;
const STATS = 5;

function unpacked(whole: Packed): Earlier | null {
  const { format, counts, contents, stats } = whole;
  if (format !== FORMAT) return null;
  const [folders, digests, names] = [whole.folders.split("\0"), whole.digests.split("\0"), whole.names.split("\0")];
  const { starts, total } = startsOf(counts);
  const isWhole = folders.length === counts.length && digests.length === counts.length && names.length === total;
  if (!isWhole || contents.length !== total * DIGEST_LENGTH || stats.length !== total * STATS) return null;
  const indexes = new Map(folders.map((path, index) => [path, index]));
  return (folder) => {
    const index = indexes.get(folder);
    if (index === undefined) return null;
    const files = new Map<string, KnownFile>();
    const [start, count] = [starts[index] ?? 0, counts[index] ?? 0];
    for (let i = start; i < start + count; i++) files.set(names[i] ?? "", fileAt(i, stats, contents));
    return { files, digest: digests[index] || null, changes: 0 };
  };
}

function startsOf(counts: Uint32Array): { starts: number[]; total: number } {
  const starts: number[] = [];
  let total = 0;
  for (const count of counts) {
    starts.push(total);
    total += count;
  }
  return { starts, total };
}

function fileAt(i: number, stats: Float64Array, contents: string): KnownFile {
  const at = i * STATS;
  return {
    type: "file",
    mode: stats[at] ?? 0,
    size: stats[at + 1] ?? 0,
    ino: stats[at + 2] ?? 0,
    mtimeMs: stats[at + 3] ?? 0,
    ctimeMs: stats[at + 4] ?? 0,
    content: contents.slice(i * DIGEST_LENGTH, (i + 1) * DIGEST_LENGTH),
  };
}
