import { join } from "node:path";
import { type Disk, emptyFolders } from "../lib/disk.ts";
import { type Finding, UserError, hasErrors } from "../lib/errors.ts";
import { applyChanges, removeEmpty, removeFile, stagedBy } from "../lib/files.ts";
import { count, unifiedDiff } from "../lib/text.ts";
import { type FileChange, type FileTree, diffTrees } from "../lib/tree.ts";
import { isBegun, ownership } from "../layout/generated.ts";
import { layoutFiles } from "../layout/layout.ts";
import { obstacles } from "../layout/obstacles.ts";
import { areStillSo, readInputs } from "../registry/read.ts";
import type { CommandContext, CommandResult } from "./command.ts";
import { remember } from "./recall.ts";
import { written } from "./written.ts";

/** Writes what the inputs ask for, or says what would be written. `again`: a whole new run. */
export async function writeOutput(
  context: CommandContext,
  disk: Disk,
  again: (context: CommandContext) => Promise<CommandResult>,
): Promise<CommandResult> {
  const { root, flags } = context;
  const { inputs, warnings, read } = await readInputs(root);
  const wanted = heldOnce(layoutFiles(inputs), disk.files);
  const changes = diffTrees(ours(disk.files, wanted), wanted);
  const removed = changes.flatMap(({ type, path }) => (type === "delete" ? [path] : []));
  const edited = flags["force"] === true ? [] : editedFiles(changes);
  const refused = [...obstacles(wanted, removed, disk), ...edited];
  if (flags["check"] === true) return checked(changes, wanted, [...warnings, ...refused]);
  if (refused.length > 0) throw new UserError([...warnings, ...refused]);
  const left = leftovers(disk.files);
  left.forEach((path) => removeFile(root, path));
  emptyFolders(disk).forEach((path) => removeEmpty(root, join(root, path)));
  await applyChanges(root, changes);
  const outcome = { warnings, files: wanted.size };
  const result = written(changes, outcome);
  if (await areStillSo(root, read)) {
    await remember(root, read, diskAfter(disk, changes, left), outcome);
    return result;
  }
  // Saved while this ran, or another run was at work with other inputs: whoever writes last has seen the newest.
  const newer = await again(context);
  return { ...newer, output: [...result.output, ...newer.output] };
}

/** A text that is on disk already is held once: in a large platform nearly all of them are. */
function heldOnce(files: Iterable<readonly [path: string, text: string]>, current: FileTree): FileTree {
  const tree = new Map<string, string>();
  for (const [path, text] of files) {
    const known = current.get(path);
    tree.set(path, known === text ? known : text);
  }
  return tree;
}

/** What a run that was killed had written beside its place. What a live one is writing is its own. */
function leftovers(current: FileTree): string[] {
  return [...current].flatMap(([path, text]) => (stagedBy(path)?.isLive === false && isBegun(text) ? [path] : []));
}

/** Generated files only: what somebody put beside them is theirs, unless it stands where a generated file must be. */
function ours(current: FileTree, wanted: FileTree): FileTree {
  const isOurs = (path: string, text: string): boolean => !stagedBy(path) && ownership(text) !== "foreign";
  return new Map([...current].filter(([path, text]) => wanted.has(path) || isOurs(path, text)));
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
    exitCode: changes.length === 0 && !hasErrors(findings) ? 0 : 1,
    data: { changes: changes.map(({ type, path }) => ({ type, path })) },
  };
}

/** What is there now, as far as this run knows. */
function diskAfter({ files, others }: Disk, changes: readonly FileChange[], removed: readonly string[]): Disk {
  const after = new Map(files);
  for (const path of removed) after.delete(path);
  for (const change of changes)
    if (change.type === "delete") after.delete(change.path);
    else after.set(change.path, change.content);
  return { files: after, others };
}
