import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { join } from "node:path";
import { eventually } from "../services/docker.ts";

const CLI = join(import.meta.dirname, "../../dev/cli.ts");
const LOADER = import.meta.resolve("tsx");

/** `npm run dev -- ARGS` as a process, with all that it says on either stream. */
export class DevProcess {
  said = "";
  readonly child: ChildProcess;
  readonly exited: Promise<number | null>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, ["--import", LOADER, CLI, ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, NO_COLOR: "1", ...env },
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on("data", (text) => (this.said += String(text)));
    this.exited = new Promise((resolve) => this.child.on("close", resolve));
  }

  get pid(): number {
    return this.child.pid ?? assert.fail("it did not start");
  }

  /** Waits until it says something like this after the first `from` characters; returns what it has said since. */
  async says(like: RegExp, from = 0, timeoutMs = 60_000): Promise<string> {
    const look = async (): Promise<string> => {
      const since = this.said.slice(from);
      assert.match(since, like);
      return since;
    };
    return eventually(look, timeoutMs);
  }

  /** Ctrl-C, and how long it took. */
  async interrupt(): Promise<{ readonly exitCode: number | null; readonly ms: number }> {
    const startMs = performance.now();
    this.child.kill("SIGINT");
    const exitCode = await this.exited;
    return { exitCode, ms: performance.now() - startMs };
  }
}

/** A command that ends by itself: its exit code and what it said. */
export async function dev(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ readonly exitCode: number | null; readonly said: string }> {
  const started = new DevProcess(args, env);
  const exitCode = await started.exited;
  return { exitCode, said: started.said };
}

/** Processes of this machine that run and have exactly this command line; a container's are among them. */
export function running(command: string): readonly number[] {
  const lines = execFileSync("ps", ["-eo", "pid,stat,args"], { encoding: "utf8" }).split("\n");
  return lines.flatMap((line) => {
    const [, pid, stat = "", args] = /^\s*(\d+)\s+(\S+)\s+(.*?)\s*$/.exec(line) ?? [];
    return args === command && !stat.startsWith("Z") ? [Number(pid)] : [];
  });
}

export function matches(text: string, like: RegExp): number {
  return [...text.matchAll(new RegExp(like.source, "g"))].length;
}
