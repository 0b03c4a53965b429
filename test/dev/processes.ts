import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Command lines on this machine that hold a mark: what the engine runs, where it runs here. */
export async function processes(mark: string): Promise<string> {
  const { stdout } = await run("ps", ["-eo", "args"]);
  return stdout
    .split("\n")
    .filter((line) => line.includes(mark) && !line.includes("node"))
    .join("\n");
}

/** Looks again until it is so. */
export async function until(isTrue: () => Promise<boolean>, withinMs: number): Promise<void> {
  const endMs = Date.now() + withinMs;
  while (!(await isTrue())) {
    assert.ok(Date.now() < endMs, `not within ${withinMs} ms`);
    await sleep(20);
  }
}
