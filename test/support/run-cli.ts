import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { writeRegistry } from "./build-registry.ts";
import { inTemporaryFolder } from "./temporary.ts";

export const LOADER = import.meta.resolve("tsx");
export const CLI = fileURLToPath(new URL("../../tools/cli.ts", import.meta.url));
const SLIPWAY = fileURLToPath(new URL("../../tools/slipway.mjs", import.meta.url));

export interface CliResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the real command line in a folder. No cluster is in its reach. */
export function runCli(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  return runProgram(folder, [SLIPWAY, ...args], env);
}

/** Node with arguments of its own. */
export function runProgram(
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CliResult> {
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env;
  const options = { cwd: folder, env: { ...inherited, KUBECONFIG: "/dev/null", ...env }, maxBuffer: 64 * 2 ** 20 };
  return new Promise((resolve) => {
    execFile(process.execPath, [...args], options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : Number(error.code ?? 1);
      resolve({ exitCode, stdout, stderr });
    });
  });
}

/** Runs it for a reader that has gone before anything is written. */
export function runUnread(folder: string, args: readonly string[]): Promise<Omit<CliResult, "stdout">> {
  const child = spawn(process.execPath, ["--import", LOADER, CLI, ...args], { cwd: folder });
  let stderr = "";
  child.stdout.destroy();
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  return new Promise((resolve) => child.on("close", (code) => resolve({ exitCode: code ?? 1, stderr })));
}

/** The findings that `--json` printed, by code. */
export function codesIn(stdout: string): string[] {
  const { findings } = JSON.parse(stdout) as { findings: readonly { readonly code: string }[] };
  return findings.map(({ code }) => code);
}

/** A folder of its own with the registry in it. */
export function withRegistry(use: (folder: string) => Promise<void>): Promise<void> {
  return inTemporaryFolder(async (folder) => {
    await writeRegistry(folder);
    await use(folder);
  });
}

/** An error of ours that was not meant for people. */
export function assertNoStack(stderr: string): void {
  assert.doesNotMatch(stderr, /^\s+at \S.*[(:]\d+|node:internal/m);
}

export async function writeDeep(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
