import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { skipWithout } from "../support/skip.ts";
import type { Rendered } from "./rendered.ts";

/** What a linter says of one object, in one form for all of them. */
export interface LinterFinding {
  readonly tool: string;
  readonly id: string;
  /** `Kind/name`, as exceptions name it. */
  readonly object: string;
  /** Null where the object has none, or the linter does not tell it. */
  readonly namespace: string | null;
  readonly message: string;
}

/** A program of somebody else's that judges objects. */
export interface Linter {
  readonly name: string;
  /** What this machine lacks to run it; nothing when it is installed. */
  readonly missing: () => readonly string[];
  /** All that it finds. Throws when it could not look at everything. */
  readonly lint: (rendered: Rendered) => Promise<readonly LinterFinding[]>;
}

/** Where `.ci/install-linters` puts them. */
export const LINTERS =
  process.env["SLIPWAY_LINTERS"] ?? join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "slipway-linters");

// Whoever asks the network is refused at once: a verdict must not depend on what is there today.
const NOWHERE = "http://127.0.0.1:9";
const OFFLINE = { HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, NO_PROXY: "", KUBECONFIG: "/dev/null" };

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a linter without network and without cluster; it tells findings by its exit code, so that one is no error. */
export function runLinter(name: string, args: readonly string[], cwd: string): Promise<Outcome> {
  const options = { cwd, env: { ...process.env, ...OFFLINE, LOG_LEVEL: "ERROR" }, maxBuffer: 256 * 2 ** 20 };
  return new Promise((resolve, reject) => {
    execFile(findProgram(name) ?? name, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

/** The names of those of the programs that are nowhere. */
export function missingPrograms(...names: readonly string[]): string[] {
  return names.filter((name) => findProgram(name) === null);
}

/** Why these linters, and what else their test needs, cannot be asked here. */
export function skipWithoutLinters(linters: readonly Linter[], ...others: readonly string[]): string | false {
  const lacks = [...others, ...linters.flatMap((linter) => linter.missing())];
  return skipWithout(lacks.length === 0, `${lacks.join(", ")} (.ci/install-linters)`);
}

/** What a linter printed, as JSON; with its own words where it printed something else. */
export function parseOutput<T>({ stdout, stderr, exitCode }: Outcome): T {
  try {
    return JSON.parse(stdout) as T;
  } catch {
    throw new Error(`no JSON, exit code ${exitCode}:\n${stdout.slice(0, 2000)}\n${stderr.slice(0, 2000)}`);
  }
}

function findProgram(name: string): string | null {
  const folders = [
    join(LINTERS, "bin"),
    join(LINTERS, "python", "bin"),
    ...(process.env["PATH"] ?? "").split(delimiter),
  ];
  return folders.map((folder) => join(folder, name)).find((file) => existsSync(file)) ?? null;
}
