import { type Finding, UserError } from "../lib/errors.ts";
import { applyChanges, readTree } from "../lib/files.ts";
import { count, unifiedDiff } from "../lib/text.ts";
import { type FileChange, type FileTree, diffTrees } from "../lib/tree.ts";
import { ownership } from "../layout/generated.ts";
import { OUTPUT_FOLDERS, layout } from "../layout/layout.ts";
import { readInputs } from "../registry/read.ts";
import type { Command, CommandContext, CommandResult } from "./command.ts";

export const generate: Command = {
  summary: "write k8s/ and overlays/ from services.json",
  usage: "[--check] [--force] [--watch]",
  maxPositionals: 0,
  examples: [
    "npm run gen",
    "npm run gen -- --check        # in CI: a unified diff and exit code 1 when something is stale",
    "npm run gen -- --watch        # again at each save of services.json or of a file that it names",
  ],
  flags: {
    check: { type: "boolean", description: "write nothing; print what would change and exit with 1" },
    force: { type: "boolean", description: "overwrite generated files that were edited by hand" },
    watch: { type: "boolean", description: "go on: write again whenever an input changes; Ctrl-C ends" },
  },
  run: async (context) => {
    if (context.flags["watch"] !== true) return runGenerate(context);
    return (await import("./watch.ts")).watchInputs(context, runGenerate);
  },
};

async function runGenerate({ root, flags }: CommandContext): Promise<CommandResult> {
  const { inputs, warnings } = await readInputs(root);
  const wanted = layout(inputs);
  const current = await readTree(root, OUTPUT_FOLDERS);
  const changes = diffTrees(ours(current, wanted), wanted);
  const edited = flags["force"] === true ? [] : editedFiles(changes);
  if (flags["check"] === true) return checked(changes, wanted, [...warnings, ...edited]);
  if (edited.length > 0) throw new UserError([...warnings, ...edited]);
  await applyChanges(root, changes);
  return written(changes, wanted, warnings);
}

/** Generated files only: what somebody put beside them is theirs, unless it stands where a generated file must be. */
function ours(current: FileTree, wanted: FileTree): FileTree {
  return new Map([...current].filter(([path, text]) => wanted.has(path) || ownership(text) !== "foreign"));
}

/** A file that is no longer as it was written holds somebody's work: it is never lost in silence. */
function editedFiles(changes: readonly FileChange[]): Finding[] {
  return changes.flatMap((change): Finding[] => {
    const state = change.type === "create" ? "intact" : ownership(change.before);
    if (state === "intact") return [];
    const message =
      state === "edited"
        ? "this generated file was edited by hand, and would be overwritten"
        : "a file of yours stands where a generated one must be";
    const fix =
      state === "edited"
        ? `move the edit into services.json (git diff -- ${change.path}), then run npm run gen -- --force`
        : "move it away, or overwrite it: npm run gen -- --force";
    return [
      {
        code: state === "edited" ? "FILE_EDITED" : "FILE_FOREIGN",
        severity: "error",
        where: change.path,
        message,
        fix,
      },
    ];
  });
}

function checked(changes: readonly FileChange[], wanted: FileTree, findings: readonly Finding[]): CommandResult {
  const output = changes.map((change) =>
    unifiedDiff(
      change.path,
      change.type === "create" ? null : change.before,
      change.type === "delete" ? null : change.content,
    ),
  );
  const stale: Finding[] =
    changes.length === 0
      ? []
      : [
          {
            code: "OUTPUT_STALE",
            severity: "error",
            where: "services.json",
            message: `${count(changes.length, "file")} of k8s/ and overlays/ would change`,
            fix: "run npm run gen and commit what it writes",
          },
        ];
  const summary = changes.length === 0 ? `up to date: ${count(wanted.size, "file")}` : null;
  return {
    output,
    summary,
    findings: [...findings, ...stale],
    exitCode: changes.length === 0 ? 0 : 1,
    data: { changes: changes.map(({ type, path }) => ({ type, path })) },
  };
}

function written(changes: readonly FileChange[], wanted: FileTree, findings: readonly Finding[]): CommandResult {
  const output = changes.map(({ type, path }) => `${type} ${path}`);
  const summary =
    changes.length === 0
      ? `nothing to do: ${count(wanted.size, "file")} up to date`
      : `${count(changes.length, "file")} written, ${wanted.size} in all`;
  return {
    output,
    summary,
    findings,
    exitCode: 0,
    data: { changes: changes.map(({ type, path }) => ({ type, path })), files: wanted.size },
  };
}
