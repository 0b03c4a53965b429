import type { Readable, Writable } from "node:stream";
import { userError } from "./errors.ts";

export interface ExecResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly durationMs: number;
}

export interface ExecOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** What a program prints is taken for a line, without its end, unless it is the content of a file. */
  readonly keepsFinalNewline?: boolean;
}

/** A program that goes on running: its output arrives line by line, `stop` ends it and waits until it is gone. */
export interface RunningProgram {
  readonly pid: number | undefined;
  readonly ended: Promise<ExecResult>;
  stop(): Promise<void>;
}

/** A program that is spoken with as long as it runs; it ends when `input` does. */
export interface OpenProgram {
  readonly input: Writable;
  readonly output: Readable;
  /** Resolves when nothing more will come. Never rejects. */
  readonly closed: Promise<void>;
}

/** Runs programs: the only way in which Slipway starts one. A failing program is a result, a missing one an error. */
export interface Exec {
  run(program: string, args: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  start(
    program: string,
    args: readonly string[],
    onLine: (line: string) => void,
    options?: ExecOptions,
  ): Promise<RunningProgram>;
}

/** The real one. execa is loaded at first use: most commands never start a program. */
export const systemExec: Exec = {
  async run(program, args, options = {}) {
    const { execa } = await import("execa");
    const result = await execa(program, args, { ...execaOptions(options), reject: false });
    refuseMissing(program, result);
    return toResult(result);
  },
  async start(program, args, onLine, options = {}) {
    const { execa } = await import("execa");
    const child = execa(program, args, {
      ...execaOptions(options),
      reject: false,
      buffer: false,
      stdin: options.input === undefined ? "ignore" : "pipe",
    });
    const lines = readLines(child, onLine);
    const ended = Promise.all([child, lines]).then(([result]) => toResult(result));
    const stop = async (): Promise<void> => {
      child.kill("SIGTERM");
      await ended;
    };
    return { pid: child.pid, ended, stop };
  },
};

/** Starts a program of this machine to speak with. */
export async function openProgram(program: string, args: readonly string[]): Promise<OpenProgram> {
  const { execa } = await import("execa");
  const child = execa(program, args, { reject: false, buffer: false, stdin: "pipe", all: true });
  // Who has ended reads no more: whoever waits for an answer learns it from `closed`.
  child.stdin.on("error", () => undefined);
  const closed = child.then(() => undefined);
  return { input: child.stdin, output: child.all, closed };
}

async function readLines(
  child: { iterable(options: { from: "all" }): AsyncIterable<unknown> },
  onLine: (line: string) => void,
): Promise<void> {
  for await (const line of child.iterable({ from: "all" })) onLine(String(line));
}

function execaOptions(options: ExecOptions): object {
  return {
    all: true,
    ...(options.input !== undefined && { input: options.input }),
    ...(options.env && { env: options.env }),
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    ...(options.signal && { cancelSignal: options.signal }),
    ...(options.timeoutMs !== undefined && { timeout: options.timeoutMs }),
    ...(options.keepsFinalNewline && { stripFinalNewline: false }),
    // A child that ignores SIGTERM must not outlive a session, which ends within three seconds.
    forceKillAfterDelay: 2000,
  };
}

function refuseMissing(program: string, result: object): void {
  const missing = "code" in result && result.code === "ENOENT";
  if (missing)
    throw userError(
      "PROGRAM_MISSING",
      program,
      `the program "${program}" is not installed or not in PATH`,
      `install ${program} and try again`,
    );
}

function toResult(result: object): ExecResult {
  const { exitCode = 1, stdout = "", stderr = "", durationMs = 0 } = result as Partial<ExecResult>;
  return { exitCode, stdout: String(stdout), stderr: String(stderr), durationMs };
}
