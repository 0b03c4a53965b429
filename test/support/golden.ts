import assert from "node:assert/strict";
import { applyChanges, readTree } from "../../tools/lib/files.ts";
import { unifiedDiff } from "../../tools/lib/text.ts";
import { type FileTree, diffTrees } from "../../tools/lib/tree.ts";

/**
 * A whole output against the committed one, file by file. `UPDATE_GOLDEN=1` writes what is new; the review of that diff
 * is the test.
 */
export async function assertGolden(folder: string, folders: readonly string[], actual: FileTree): Promise<void> {
  const changes = diffTrees(await readTree(folder, folders), actual);
  if (process.env["UPDATE_GOLDEN"]) return applyChanges(folder, changes);
  const diff = changes.map((change) =>
    unifiedDiff(
      change.path,
      change.type === "create" ? null : change.before,
      change.type === "delete" ? null : change.content,
    ),
  );
  assert.equal(changes.length, 0, `${folder} differs (UPDATE_GOLDEN=1 accepts it):\n${diff.join("\n")}`);
}
