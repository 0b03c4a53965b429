import { readFile } from "node:fs/promises";
import { deserialize, serialize } from "node:v8";
import { writeAtomically } from "../../tools/lib/files.ts";

/** What tells whether a file has been written since: what git looks at as well. */
export interface FileStats {
  readonly size: number;
  readonly ino: number;
  readonly mtimeMs: number;
  readonly ctimeMs: number;
}

/** Digests of files by absolute path, each valid as long as nothing of the file's stat has changed. */
export interface StatCache {
  get(path: string, stats: FileStats): string | null;
  set(path: string, stats: FileStats, content: string): void;
  /** How many have come in since it was last written. */
  readonly fresh: number;
  /** Keeps for the next session what this one has seen. */
  save(): Promise<void>;
}

interface Known extends FileStats {
  readonly content: string;
}

// Raised when the file means something else than before.
const FORMAT = "slipway files 1";

/** The cache that an earlier session left at `file`. One that is not there, not whole or not ours is an empty one. */
export async function openStatCache(file: string | null): Promise<StatCache> {
  const earlier = file === null ? null : await load(file);
  const seen = new Map<string, Known>();
  let fresh = 0;
  return {
    get(path, stats) {
      const known = seen.get(path) ?? earlier?.get(path);
      if (!known || !isSame(known, stats)) return null;
      seen.set(path, known);
      return known.content;
    },
    set(path, { size, ino, mtimeMs, ctimeMs }, content) {
      seen.set(path, { size, ino, mtimeMs, ctimeMs, content });
      fresh++;
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

function isSame(known: FileStats, stats: FileStats): boolean {
  return (
    known.mtimeMs === stats.mtimeMs &&
    known.ctimeMs === stats.ctimeMs &&
    known.size === stats.size &&
    known.ino === stats.ino
  );
}

interface Packed {
  readonly format: string;
  readonly paths: string;
  readonly contents: string;
  readonly stats: Float64Array;
}

/** Few large values: fifty thousand small ones take longer to read than the files' stats. */
function packed(seen: ReadonlyMap<string, Known>): Buffer {
  const known = [...seen.values()];
  const stats = Float64Array.from(known.flatMap(({ size, ino, mtimeMs, ctimeMs }) => [size, ino, mtimeMs, ctimeMs]));
  const whole: Packed = {
    format: FORMAT,
    paths: [...seen.keys()].join("\0"),
    contents: known.map(({ content }) => content).join(""),
    stats,
  };
  return serialize(whole);
}

async function load(file: string): Promise<ReadonlyMap<string, Known> | null> {
  try {
    return unpacked(deserialize(await readFile(file)) as Packed);
  } catch {
    // Whatever is wrong with it, every file can be read again.
    return null;
  }
}

const DIGEST_LENGTH = 64;

function unpacked({ format, paths, contents, stats }: Packed): ReadonlyMap<string, Known> | null {
  if (format !== FORMAT) return null;
  const names = paths.split("\0");
  if (contents.length !== names.length * DIGEST_LENGTH || stats.length !== names.length * 4) return null;
  const known = new Map<string, Known>();
  for (let i = 0; i < names.length; i++) {
    const [size = 0, ino = 0, mtimeMs = 0, ctimeMs = 0] = stats.subarray(i * 4, i * 4 + 4);
    const content = contents.slice(i * DIGEST_LENGTH, (i + 1) * DIGEST_LENGTH);
    known.set(names[i] ?? "", { size, ino, mtimeMs, ctimeMs, content });
  }
  return known;
}
