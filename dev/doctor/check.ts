import type { Finding } from "../../tools/lib/errors.ts";
import type { Exec } from "../../tools/lib/exec.ts";
import type { ReadTarget } from "../sources/registry.ts";

/** One thing that must be right for the loop to work: one file, and one line in index.ts. */
export interface Check {
  /** What is looked at, in a word or two. */
  readonly title: string;
  /** What was found, when all is well; the finding, when it is not. Never throws. */
  look(machine: Machine): Promise<string | Finding>;
}

/** What the checks look at. Anything of it may be replaced, so that each check can be seen failing. */
export interface Machine {
  readonly exec: Exec;
  /** The registry and what should run, or the finding that says why there is none. */
  readonly read: ReadTarget | Finding;
  readonly context: string | null;
  readonly dockerHost: string | undefined;
  readonly root: string;
  readonly nodeVersion: string;
  readonly platform: NodeJS.Platform;
  /** Text of a file; null where there is none. */
  readText(path: string): Promise<string | null>;
  /** Bytes of the file system on which a path lies. */
  space(path: string): Promise<{ readonly freeBytes: number; readonly totalBytes: number }>;
  /** Who listens on a port of this machine; null when it is free. */
  holderOf(port: number): Promise<string | null>;
}

export function finding(
  code: string,
  where: string,
  message: string,
  fix: string,
  severity: Finding["severity"] = "error",
): Finding {
  return { code, severity, where, message, fix };
}
