import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { CLI, LOADER } from "./run-cli.ts";

/** A command line that goes on until it is told to end. */
export interface RunningCli {
  readonly pid: number;
  /** The next line of standard output, from where the last one was read. */
  nextLine(): Promise<string>;
  /** Waits until standard error, since it last was waited for, says something like this. */
  complains(like: RegExp): Promise<void>;
  /** What standard error said that nobody waited for. */
  errors(): string;
  /** Lines that nobody has read. */
  unread(): readonly string[];
  /** Ctrl-C, and how it ended. */
  interrupt(): Promise<{ readonly exitCode: number | null; readonly durationMs: number }>;
}

const PATIENCE_MS = 20_000;

/** Starts the real command line in a folder, and ends it whatever happens. */
export async function withRunningCli(
  folder: string,
  args: readonly string[],
  use: (cli: RunningCli) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, ["--import", LOADER, CLI, ...args], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
  });
  try {
    await use(watched(child));
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
  }
}

function watched(child: ChildProcess): RunningCli {
  let [text, complaints, read] = ["", "", 0];
  let arrived = (): void => {};
  child.stdout?.on("data", (chunk: Buffer) => ((text += String(chunk)), arrived()));
  child.stderr?.on("data", (chunk: Buffer) => ((complaints += String(chunk)), arrived()));
  const lines = (): string[] => text.split("\n").slice(0, -1);
  const until = async (isThere: () => boolean): Promise<void> => {
    const deadline = setTimeout(() => child.kill("SIGKILL"), PATIENCE_MS);
    while (!isThere()) {
      const ended = child.exitCode ?? child.signalCode;
      assert.equal(ended, null, `it ended, or said nothing more for too long\n${text}${complaints}`);
      await Promise.race([new Promise<void>((resolve) => (arrived = resolve)), once(child, "exit")]);
    }
    clearTimeout(deadline);
  };
  return {
    pid: child.pid ?? 0,
    nextLine: async () => {
      await until(() => lines().length > read);
      return lines()[read++] ?? "";
    },
    complains: async (like) => {
      await until(() => like.test(complaints));
      complaints = "";
    },
    errors: () => complaints,
    unread: () => lines().slice(read),
    interrupt: async () => {
      const startMs = performance.now();
      const ended = once(child, "exit");
      child.kill("SIGINT");
      const [exitCode] = (await ended) as [number | null];
      return { exitCode, durationMs: performance.now() - startMs };
    },
  };
}
