import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmod, mkdir, readFile, readdir, stat, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { UserError } from "../../tools/lib/errors.ts";
import { readDisk } from "../../tools/lib/disk.ts";
import { applyChanges, readText, readTree, writeAtomically } from "../../tools/lib/files.ts";
import { type FileTree, diffTrees } from "../../tools/lib/tree.ts";
import { inTemporaryFolder, writeTree } from "../support/temporary.ts";

test("what is applied is what is there afterwards, and nothing beside it", async () => {
  await inTemporaryFolder(async (folder) => {
    const before = new Map([
      ["k8s/a.yaml", "1"],
      ["k8s/b/c.yaml", "2"],
      ["k8s/b/d.yaml", "3"],
    ]);
    const after = new Map([
      ["k8s/a.yaml", "1"],
      ["k8s/b/d.yaml", "4"],
      ["overlays/e/f/g.yaml", "5"],
    ]);
    writeTree(folder, before);
    await applyChanges(folder, diffTrees(before, after));
    assert.deepEqual(await readTree(folder, ["k8s", "overlays"]), after);
  });
});

test("a folder that becomes empty disappears, the one above it too; the root stays", async () => {
  await inTemporaryFolder(async (folder) => {
    const tree = new Map([["k8s/a/b/c.yaml", "x"]]);
    writeTree(folder, tree);
    await applyChanges(folder, diffTrees(tree, new Map()));
    assert.deepEqual(await readdir(folder), []);
  });
});

test("a folder in which something is left stays", async () => {
  await inTemporaryFolder(async (folder) => {
    writeTree(
      folder,
      new Map([
        ["k8s/a/b.yaml", "x"],
        ["k8s/a/mine", "y"],
      ]),
    );
    await applyChanges(folder, [{ type: "delete", path: "k8s/a/b.yaml", before: "x" }]);
    assert.deepEqual(await readdir(join(folder, "k8s/a")), ["mine"]);
  });
});

test("deleting what is gone already is no error", async () => {
  await inTemporaryFolder(async (folder) => {
    writeTree(folder, new Map([["k8s/keep", "x"]]));
    await applyChanges(folder, [{ type: "delete", path: "k8s/gone", before: "x" }]);
    assert.deepEqual(await readTree(folder, ["k8s"]), new Map([["k8s/keep", "x"]]));
  });
});

test("a failing write leaves the old file and no other, is told with its path, and keeps no other from being written", async () => {
  await inTemporaryFolder(async (folder) => {
    // A folder that holds something cannot be replaced by a file, whoever one is.
    writeTree(folder, new Map([["k8s/a.yaml/old", "old"]]));
    const failing = { type: "create", path: "k8s/a.yaml", content: "new" } as const;
    const other = { type: "create", path: "k8s/z.yaml", content: "new" } as const;
    await assert.rejects(applyChanges(folder, [failing, other]), (error) => {
      assert.ok(error instanceof UserError);
      assert.deepEqual(
        error.findings.map(({ code, where }) => [code, where]),
        [["FILE_UNWRITABLE", "k8s/a.yaml"]],
      );
      return true;
    });
    assert.deepEqual(
      await readTree(folder, ["k8s"]),
      new Map([
        ["k8s/a.yaml/old", "old"],
        ["k8s/z.yaml", "new"],
      ]),
    );
    assert.deepEqual((await readdir(join(folder, "k8s"))).toSorted(), ["a.yaml", "z.yaml"]);
  });
});

test("a folder whose last file goes while others come is there afterwards", async () => {
  await inTemporaryFolder(async (folder) => {
    const before = new Map(Array.from({ length: 40 }, (_, i) => [`k8s/${i}/a.yaml`, "x"]));
    const after = new Map(Array.from({ length: 40 }, (_, i) => [`k8s/${i}/b.yaml`, "x"]));
    writeTree(folder, before);
    await applyChanges(folder, diffTrees(before, after));
    assertSameTree(await readTree(folder, ["k8s"]), after);
  });
});

test("whoever has a file open goes on reading the old one: it is replaced, never rewritten", async () => {
  await inTemporaryFolder(async (folder) => {
    const path = join(folder, "a");
    await writeFile(path, "old");
    const before = await stat(path);
    await writeAtomically(path, "new");
    assert.notEqual((await stat(path)).ino, before.ino);
    assert.equal(await readFile(path, "utf8"), "new");
  });
});

test("a mode is that of the new file, whatever the old one's was", async () => {
  await inTemporaryFolder(async (folder) => {
    const path = join(folder, "deep/secret");
    await mkdir(dirname(path));
    await writeFile(path, "old");
    await chmod(path, 0o644);
    await writeAtomically(path, "new", 0o600);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
  });
});

test("what is no plain file is told apart, and no link is followed", async () => {
  await inTemporaryFolder(async (folder) => {
    writeTree(
      folder,
      new Map([
        ["k8s/a", "1"],
        ["k8s/.hidden", "2"],
        ["k8s/deep/b", "3"],
        ["other/b", "4"],
      ]),
    );
    await mkdir(join(folder, "k8s/empty"));
    await symlink("a", join(folder, "k8s/link"));
    await symlink("../other", join(folder, "k8s/to-folder"));
    await symlink("nowhere", join(folder, "k8s/dangling"));
    execFileSync("mkfifo", [join(folder, "k8s/pipe")]);
    const { files, others } = readDisk(folder, ["k8s", "missing"]);
    assert.deepEqual(
      [...files],
      [
        ["k8s/.hidden", "2"],
        ["k8s/a", "1"],
        ["k8s/deep/b", "3"],
      ],
    );
    assert.deepEqual(Object.fromEntries(others), {
      k8s: "folder",
      "k8s/dangling": "link",
      "k8s/deep": "folder",
      "k8s/empty": "folder",
      "k8s/link": "link",
      "k8s/pipe": "special",
      "k8s/to-folder": "link",
    });
    assert.deepEqual(await readTree(folder, ["k8s"]), files);
  });
});

test("a folder that is asked for may be a link or a file: then that is what is there, and nothing behind it", async () => {
  await inTemporaryFolder(async (folder) => {
    writeTree(
      folder,
      new Map([
        ["k8s", "x"],
        ["real/a", "1"],
      ]),
    );
    await symlink("real", join(folder, "overlays"));
    const { files, others } = readDisk(folder, ["k8s", "overlays"]);
    assert.deepEqual([[...files], [...others]], [[["k8s", "x"]], [["overlays", "link"]]]);
    assert.equal(await readText(join(folder, "k8s/a")), null);
    assert.equal(await readText(join(folder, "nothing")), null);
  });
});

test("what cannot be staged changes nothing, and leaves nothing behind", async () => {
  await inTemporaryFolder(async (folder) => {
    writeTree(folder, new Map([["k8s/a.yaml", "old"]]));
    await writeFile(join(folder, "overlays"), "a file");
    const before = readDisk(folder, ["k8s", "overlays"]);
    const changes = [
      { type: "update", path: "k8s/a.yaml", content: "new", before: "old" },
      { type: "create", path: "k8s/new/b.yaml", content: "new" },
      { type: "create", path: "overlays/e/c.yaml", content: "new" },
    ] as const;
    await assert.rejects(applyChanges(folder, changes), (error) => {
      assert.deepEqual(
        (error as UserError).findings.map(({ code, where }) => [code, where]),
        [["FILE_UNWRITABLE", "overlays/e/c.yaml"]],
      );
      return true;
    });
    assert.deepEqual(readDisk(folder, ["k8s", "overlays"]), before);
  });
});

test("the changes from one tree to another are ordered by path, and there is none between equal trees", () => {
  fc.assert(
    fc.property(someTree, someTree, (before, after) => {
      const changes = diffTrees(before, after);
      assert.deepEqual(
        changes.map(({ path }) => path),
        changes.map(({ path }) => path).toSorted(),
      );
      const result = new Map(before);
      for (const change of changes) {
        if (change.type !== "create") assert.equal(change.before, result.get(change.path));
        if (change.type === "delete") result.delete(change.path);
        else result.set(change.path, change.content);
      }
      assertSameTree(result, after);
      assert.deepEqual(diffTrees(before, before), []);
    }),
  );
});

const someTree: fc.Arbitrary<FileTree> = fc
  .dictionary(fc.constantFrom("a", "b", "a/c", "d"), fc.constantFrom("1", "2", ""))
  .map((files) => new Map(Object.entries(files)));

/** The same files, in whatever order. */
function assertSameTree(actual: FileTree, expected: FileTree): void {
  assert.deepEqual(Object.fromEntries(actual), Object.fromEntries(expected));
}
