import { count } from "../lib/text.ts";
import type { FileChange } from "../lib/tree.ts";
import type { CommandResult } from "./command.ts";
import type { Outcome } from "./recall.ts";

/** What `gen` says of what it has written. */
export function written(changes: readonly FileChange[], { warnings, files }: Outcome): CommandResult {
  const output = changes.map(({ type, path }) => `${type} ${path}`);
  const summary =
    changes.length === 0
      ? `nothing to do: ${count(files, "file")} up to date`
      : `${count(changes.length, "file")} written, ${files} in all`;
  return {
    output,
    summary,
    findings: warnings,
    exitCode: 0,
    data: { changes: changes.map(({ type, path }) => ({ type, path })), files },
  };
}
