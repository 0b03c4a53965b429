import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contextReader } from "../../dev/build/context.ts";
import type { Row } from "./measure.ts";

const FOLDERS = 2500;
const FILES = 20;

/** The digest of a context of 50,000 files, 500 bytes to 2 kB each, in 2,500 folders. */
export async function digestRows(runs: number): Promise<Row[]> {
  const root = mkdtempSync(join(tmpdir(), "slipway-digest-"));
  try {
    writeContext(root);
    const cold = await each(runs, () => read(root, null));
    await read(root, join(root, ".slipway/cache/files"));
    const next = await each(runs, () => read(root, join(root, ".slipway/cache/files")));
    const watched = contextReader(root, true, null);
    await watched.read("ctx", "Dockerfile");
    const save = await each(runs, () => {
      appendFileSync(join(root, "ctx/m0/file0.ts"), "//\n");
      watched.changed(["ctx/m0/file0.ts"]);
      return watched.read("ctx", "Dockerfile");
    });
    const touch = await each(runs, () => {
      watched.changed(touched(root, 50));
      return watched.read("ctx", "Dockerfile");
    });
    const all = await each(runs, () => {
      watched.changed(null);
      return watched.read("ctx", "Dockerfile");
    });
    return [
      { what: "digest of 50,000 files, nothing known", ...cold },
      { what: "the same, in the next session", ...next },
      { what: "the same, in a session, one file saved", ...save },
      { what: "the same, in a session, 1,000 files touched", ...touch },
      { what: "the same, in a session, all looked at again", ...all },
    ];
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function read(root: string, cacheFile: string | null): Promise<unknown> {
  return contextReader(root, false, cacheFile).read("ctx", "Dockerfile");
}

async function each(runs: number, action: () => Promise<unknown>): Promise<Pick<Row, "times" | "note">> {
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await action();
    times.push(performance.now() - start);
  }
  const { user, system } = process.cpuUsage(before);
  return { times, note: `${((user + system) / 1000 / runs).toFixed(1)} ms of processor time` };
}

function writeContext(root: string): void {
  for (let folder = 0; folder < FOLDERS; folder++) {
    const path = join(root, `ctx/m${folder}`);
    mkdirSync(path, { recursive: true });
    for (let file = 0; file < FILES; file++)
      writeFileSync(
        join(path, `file${file}.ts`),
        `export const a${folder}_${file} = "${"x".repeat(500 + 75 * file)}";\n`,
      );
  }
  writeFileSync(join(root, "ctx/Dockerfile"), "FROM scratch\nCOPY . /\n");
  writeFileSync(join(root, "ctx/.dockerignore"), "node_modules\n*.log\n**/coverage\n!keep.log\n.git\ndist\n");
}

function touched(root: string, folders: number): string[] {
  const paths = readdirSync(join(root, "ctx"))
    .filter((name) => name.startsWith("m"))
    .slice(0, folders)
    .flatMap((name) => Array.from({ length: FILES }, (_, file) => `ctx/${name}/file${file}.ts`));
  const now = new Date();
  for (const path of paths) utimesSync(join(root, path), now, now);
  return paths;
}
