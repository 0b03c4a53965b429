import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "../services/docker.ts";

/** As most editors do it. A file that is emptied and then written may be seen empty. */
export async function saveWhole(root: string, path: string, text: string): Promise<void> {
  const temporary = join(root, ".saving");
  await writeFile(temporary, text);
  await rename(temporary, join(root, path));
}

/** What was done, in its order: `build web`. */
export function stepsOf(records: readonly LoopRecord[]): string[] {
  return records.filter(({ type }) => type === "step-finished").map(({ stage, subject }) => `${stage} ${subject}`);
}

export const isReady = ({ type }: LoopRecord): boolean => type === "all-ready";

const CLI = join(import.meta.dirname, "../../dev/cli.ts");

export interface LoopRecord {
  readonly time: string;
  readonly type: string;
  readonly stage?: string;
  readonly subject?: string;
  readonly service?: string;
  readonly ms?: number;
  readonly objects?: number | readonly string[];
  readonly finding?: { readonly code: string; readonly message: string } | null;
  readonly findings?: readonly { readonly code: string; readonly where: string; readonly message: string }[];
}

/** A running `npm run dev -- --json` below `root`: its records as they come. */
export class Session {
  readonly records: LoopRecord[] = [];
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;
  readonly root: string;
  stderr = "";

  constructor(root: string, ...flags: string[]) {
    this.root = root;
    this.child = spawn(process.execPath, ["--import", "tsx", CLI, "--root", root, "--json", ...flags], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    createInterface({ input: this.child.stdout ?? assert.fail() }).on("line", (line) =>
      this.records.push(JSON.parse(line) as LoopRecord),
    );
    this.child.stderr?.on("data", (text) => (this.stderr += String(text)));
    this.exited = new Promise((resolve) => this.child.on("close", resolve));
  }

  /** The first record from `start` on that fits; says what came instead when none does within three minutes. */
  async next(start: number, fits: (record: LoopRecord) => boolean): Promise<LoopRecord> {
    const find = async (): Promise<LoopRecord> =>
      this.records.slice(start).find(fits) ??
      assert.fail(
        `it did not come: ${JSON.stringify(this.records.slice(start).map(({ type, stage, subject }) => [type, stage, subject]))} ${this.stderr}`,
      );
    return eventually(find, 180_000);
  }

  /** Saves a file and waits for what should come of it; returns every record since. */
  async save(path: string, text: string, fits: (record: LoopRecord) => boolean): Promise<readonly LoopRecord[]> {
    const start = this.records.length;
    await saveWhole(this.root, path, text);
    await this.next(start, fits);
    return this.records.slice(start);
  }
}
