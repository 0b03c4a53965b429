import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Cleanup } from "./cleanup.ts";

export type LogLine = Readonly<Record<string, unknown>>;

/** A program of this repository as a child process, killed at the end of the test at the latest. */
export interface Program {
  /** Its JSON lines so far. */
  readonly lines: readonly LogLine[];
  /** The first line with this message; rejects when the program ends without it. */
  logged(message: string): Promise<LogLine>;
  signal(name: NodeJS.Signals): void;
  /** The exit code; null when a signal ended it. */
  readonly exitCode: Promise<number | null>;
}

/** Runs `file` with these variables and nothing else of this process's environment but PATH. */
export function startProgram(cleanup: Cleanup, file: URL, env: Record<string, string>): Program {
  const child = spawn(process.execPath, ["--import", "tsx", file.pathname], {
    env: { PATH: process.env["PATH"], ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exitCode = once(child, "exit").then(([code]) => code as number | null);
  cleanup.after(async () => {
    child.kill("SIGKILL");
    await exitCode;
  });
  const lines: LogLine[] = [];
  const reader = createInterface(child.stdout);
  reader.on("line", (line) => lines.push(JSON.parse(line)));
  const logged = async (message: string): Promise<LogLine> => {
    for (;;) {
      const found = lines.find((line) => line["message"] === message);
      if (found !== undefined) return found;
      const ended = await Promise.race([once(reader, "line"), once(reader, "close").then(() => "ended")]);
      if (ended === "ended") throw new Error(`ended without "${message}": ${JSON.stringify(lines)}`);
    }
  };
  return { lines, logged, signal: (name) => child.kill(name), exitCode };
}
