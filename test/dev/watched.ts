import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { LoopEvent } from "../../dev/core/events.ts";
import type { Target } from "../../dev/core/target.ts";
import { watchFiles } from "../../dev/sources/files.ts";
import type { WatchFolder } from "../../dev/sources/folders.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import { FAST } from "./fast-folder.ts";
import { anImage, aService, aTarget } from "./fixture.ts";

export interface Watched {
  readonly root: string;
  readonly batches: (readonly string[])[];
  readonly findings: Finding[];
  readonly write: (path: string, text?: string) => void;
  /** Runs it, then waits until a path has been told of that is as asked. */
  readonly seen: (action: () => void, isAsked: (path: string) => boolean) => Promise<void>;
}

export const TARGET = aTarget([anImage("web")], [aService("web")]);

export async function watched(
  t: TestContext,
  files: readonly string[],
  target: Target = TARGET,
  fake?: WatchFolder,
): Promise<Watched> {
  const root = mkdtempSync(join(FAST, "watching-"));
  const write = (path: string, text = "1"): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const path of files) write(path);
  const batches: (readonly string[])[] = [];
  const findings: Finding[] = [];
  const emit = (event: LoopEvent): void => {
    if (event.type === "files-changed") batches.push(event.paths);
    if (event.type === "noticed") findings.push(event.finding);
  };
  const watcher = watchFiles(root, emit, () => 0, fake);
  t.after(async () => {
    await watcher.close();
    rmSync(root, { recursive: true, force: true });
  });
  await watcher.follow(target);
  const seen = async (action: () => void, isAsked: (path: string) => boolean): Promise<void> => {
    batches.length = 0;
    action();
    const endMs = Date.now() + 10_000;
    while (!batches.flat().some(isAsked)) {
      assert.ok(Date.now() < endMs, `only ${JSON.stringify(batches)}`);
      await sleep(5);
    }
  };
  return { root, batches, findings, write, seen };
}

export const is = (wanted: string) => (path: string) => path === wanted;
