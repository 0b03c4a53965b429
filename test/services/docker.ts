import { execFile } from "node:child_process";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import type { Cleanup } from "./cleanup.ts";

const run = promisify(execFile);

/** Runs `docker` and returns what it printed, trimmed. Rejects, with its stderr, on any other exit code than 0. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout } = await run("docker", args, { maxBuffer: 1 << 24 });
  return stdout.trim();
}

/** False when Docker can be used, or must be (in CI); else why these tests are left out. */
export const skipWithoutDocker: string | false = await docker("version", "--format", "{{.Server.Version}}").then(
  () => false as const,
  () => (process.env["CI"] ? false : "Docker does not answer, and CI is not set"),
);

/** `docker run -d`, removed with its volumes after the test. Returns the container's id. */
export async function runContainer(cleanup: Cleanup, ...args: string[]): Promise<string> {
  const id = await docker("run", "-d", ...args);
  cleanup.after(async () => void (await docker("rm", "-f", "-v", id)));
  return id;
}

/** A port of this host that is free right now, and below those that the kernel gives to clients: it stays so for a while. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const port = randomInt(20_000, 29_000);
    if (await isFree(port)) return port;
  }
  throw new Error("no port from 20000 to 29000 is free");
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

/** Tries until `attempt` resolves, each time for `attemptMs` at most; rejects with its last error after `timeoutMs`. */
export async function eventually<Result>(
  attempt: () => Promise<Result>,
  timeoutMs = 20_000,
  attemptMs = 2_000,
): Promise<Result> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    try {
      return await within(attemptMs, attempt());
    } catch (error) {
      if (Date.now() > deadlineMs) throw error;
      await sleep(100);
    }
  }
}

// A port that Docker publishes accepts connections before its container listens, and `fetch`
// in Node 20 sometimes never settles on such a one.
async function within<Result>(limitMs: number, attempt: Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const late = sleep(limitMs, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`no answer within ${limitMs} ms`);
  });
  return Promise.race([attempt, late]).finally(() => stop.abort());
}
