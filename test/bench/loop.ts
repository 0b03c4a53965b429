import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { appendFileSync, cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Row } from "./measure.ts";

interface LoopEvent {
  readonly type: string;
  readonly stage?: string;
  readonly subject?: string;
  readonly ms?: number;
  readonly isCached?: boolean;
}

const STAGES = ["digest", "build", "deliver", "apply", "observe"];

/** From a saved file of `core` until its new pod is Ready, on the local cluster: in a copy, so that no source is touched. */
export async function loopRows(runs: number): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  for (const path of ["services.json", "services", "dev/mock"]) cpSync(path, join(folder, path), { recursive: true });
  const secrets = spawnSync("node", ["tools/slipway.mjs", "secrets", "local", "--root", folder], {
    encoding: "utf8",
  });
  if (secrets.status !== 0) throw new Error(secrets.stderr);
  const loop = spawn("node", ["--import", "tsx", "dev/cli.ts", "--root", folder, "--json"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    return await measured(loop, join(folder, "services/core/main.ts"), runs);
  } finally {
    loop.kill("SIGINT");
    await new Promise((resolve) => loop.once("exit", resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measured(loop: ChildProcess, file: string, runs: number): Promise<Row[]> {
  const events = eventsOf(loop);
  await until(events, ({ type }) => type === "all-ready");
  const total: number[] = [];
  const stages = new Map<string, number[]>(STAGES.map((stage) => [stage, []]));
  for (let run = 0; run <= runs; run++) {
    const start = performance.now();
    appendFileSync(file, `// ${start}\n`);
    const seen = await until(
      events,
      (event) => event.type === "step-finished" && event.stage === "observe" && event.subject === "core",
    );
    if (run === 0) continue;
    total.push(performance.now() - start);
    for (const { type, stage = "", subject, ms = 0 } of seen)
      if (type === "step-finished" && subject === "core") stages.get(stage)?.push(ms);
  }
  const parts = [...stages].map(([stage, times]) => ({ what: `of it: ${stage}`, times }));
  return [{ what: "save → Ready, one file of core, whole image", times: total }, ...parts];
}

function eventsOf(loop: ChildProcess): AsyncIterator<string> {
  if (!loop.stdout) throw new Error("the loop has no output");
  return createInterface({ input: loop.stdout })[Symbol.asyncIterator]();
}

/** Reads until an event is as asked; returns all that were read. */
async function until(lines: AsyncIterator<string>, isLast: (event: LoopEvent) => boolean): Promise<LoopEvent[]> {
  const seen: LoopEvent[] = [];
  for (;;) {
    const { value, done } = await lines.next();
    if (done) throw new Error(`the loop ended early: ${JSON.stringify(seen.slice(-3))}`);
    const event = JSON.parse(String(value)) as LoopEvent;
    seen.push(event);
    if (isLast(event)) return seen;
  }
}
