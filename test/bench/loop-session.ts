import { type ChildProcess, spawn } from "node:child_process";
import { get } from "node:http";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

export interface LoopEvent {
  readonly type: string;
  readonly stage?: string;
  readonly subject?: string;
  readonly ms?: number;
  /** When it was read here, in milliseconds of `performance.now()`. */
  readonly atMs: number;
}

/** A running loop whose events are read as they come. */
export interface LoopSession {
  readonly child: ChildProcess;
  readonly startedMs: number;
  readonly events: readonly LoopEvent[];
  /** The first event from `start` on that fits. */
  next(start: number, fits: (event: LoopEvent) => boolean): Promise<LoopEvent>;
  stop(): Promise<void>;
}

const PATIENCE_MS = 120_000;

export function loopSession(root: string, ...flags: readonly string[]): LoopSession {
  const startedMs = performance.now();
  const child = spawn("node", ["tools/slipway.mjs", "dev", "--root", root, "--json", ...flags], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const events: LoopEvent[] = [];
  const waiting = new Set<() => void>();
  createInterface({ input: child.stdout }).on("line", (line) => {
    events.push({ ...(JSON.parse(line) as LoopEvent), atMs: performance.now() });
    for (const look of waiting) look();
  });
  return { child, startedMs, events, next, stop };

  function next(start: number, fits: (event: LoopEvent) => boolean): Promise<LoopEvent> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`it did not come: ${tail(events)}`)), PATIENCE_MS);
      const look = (): void => {
        const found = events.slice(start).find(fits);
        if (!found) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(found);
      };
      waiting.add(look);
      look();
    });
  }

  async function stop(): Promise<void> {
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGINT");
    await ended;
  }
}

/**
 * When a new connection to a port is first answered with `text`; asks again as soon as it was answered otherwise, from when
 * `sent` resolves. Before that only the old code can answer, and each connection through the API takes processor time
 * that a build would have had if nobody had asked.
 */
export async function answeredMs(port: number, text: string, sent: Promise<unknown>): Promise<number> {
  await sent;
  const endMs = performance.now() + PATIENCE_MS;
  while (performance.now() < endMs) {
    if ((await answerOf(port)) === text) return performance.now();
    // A browser would ask once; asking all the time takes what the build needs.
    await sleep(20);
  }
  throw new Error(`port ${port} never answered ${text}`);
}

function answerOf(port: number): Promise<string | null> {
  return new Promise((resolve) => {
    const request = get({ port, host: "127.0.0.1", agent: false }, (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.on("end", () => resolve(body)).on("error", () => resolve(null));
    });
    request.on("error", () => resolve(null));
  });
}

function tail(events: readonly LoopEvent[]): string {
  return JSON.stringify(events.slice(-5));
}
