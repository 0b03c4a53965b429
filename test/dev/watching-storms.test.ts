import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { type FSWatcher, mkdirSync, mkdtempSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { contextReader } from "../../dev/build/context.ts";
import { watchFiles } from "../../dev/sources/files.ts";
import type { WatchFolder } from "../../dev/sources/folders.ts";
import { countTurn } from "../../dev/sources/overflow.ts";
import { FAST } from "./fast-folder.ts";
import { TARGET, is, watched } from "./watched.ts";

test(
  "a checkout of 3,000 files is one cycle, in a repository, a worktree and a submodule",
  { timeout: 120_000 },
  async (t) => {
    const git = (cwd: string, ...args: readonly string[]): void =>
      void execFileSync(
        "git",
        ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "protocol.file.allow=always", ...args],
        { cwd, stdio: "pipe" },
      );
    const source = mkdtempSync(join(FAST, "source-"));
    t.after(() => rmSync(source, { recursive: true, force: true }));
    const commit = (branch: string, text: string): void => {
      git(source, "checkout", "--quiet", "-B", branch);
      for (let i = 0; i < 3000; i++) {
        mkdirSync(join(source, `services/web/d${i % 30}`), { recursive: true });
        writeFileSync(join(source, `services/web/d${i % 30}/f${i}`), text);
      }
      git(source, "add", ".");
      git(source, "commit", "--quiet", "--message", branch);
    };
    git(source, "init", "--quiet");
    commit("one", "1");
    commit("two", "2");
    const parent = mkdtempSync(join(FAST, "checkouts-"));
    t.after(() => rmSync(parent, { recursive: true, force: true }));
    git(parent, "clone", "--quiet", "--branch", "one", source, "clone");
    git(source, "worktree", "add", "--quiet", join(parent, "worktree"), "one");
    git(parent, "init", "--quiet", "super");
    git(join(parent, "super"), "submodule", "--quiet", "add", "--branch", "one", source, "sub");
    git(join(parent, "super/sub"), "fetch", "--quiet", "origin", "two");
    for (const [root, branch] of [
      ["clone", "origin/two"],
      ["worktree", "two"],
      ["super/sub", "origin/two"],
    ] as const) {
      const batches: (readonly string[])[] = [];
      const folder = join(parent, root);
      const watcher = watchFiles(
        folder,
        (event) => void (event.type === "files-changed" && batches.push(event.paths)),
        () => 0,
      );
      await watcher.follow(TARGET);
      git(folder, "checkout", "--quiet", "--detach", branch);
      const endMs = Date.now() + 10_000;
      while (batches.length === 0 && Date.now() < endMs) await sleep(20);
      await sleep(300);
      await watcher.close();
      assert.deepEqual(
        batches.map((paths) => new Set(paths.filter((path) => /f\d/.test(path))).size),
        [3000],
        root,
      );
    }
  },
);

for (const code of ["ENOSPC", "EMFILE"] as const)
  test(`${code} at the third folder: the rest is polled, which is said once`, async (t) => {
    let calls = 0;
    const fake: WatchFolder = (folder, options, listener) => {
      calls++;
      if (calls > 3) throw Object.assign(new Error("no space left"), { code });
      return watch(folder, options, listener) as FSWatcher;
    };
    const { root, findings, write, seen } = await watched(t, ["services/web/a/x", "services/web/b/c/y"], TARGET, fake);
    const startMs = Date.now();
    await seen(() => write("services/web/b/c/y", "other"), is("services/web/b/c/y"));
    assert.ok(Date.now() - startMs < 2000);
    await seen(() => write("services/web/a/x", "other"), is("services/web/a/x"));
    await seen(() => write("services/web/b/new/z"), is("services/web/b/new/z"));
    await seen(() => write("services/web/b/new/z", "2"), is("services/web/b/new/z"));
    await seen(() => rmSync(join(root, "services/web/b"), { recursive: true }), is("services/web/b"));
    assert.deepEqual(
      findings.map(({ code: told, severity }) => [told, severity]),
      [["WATCH_LIMITED", "warning"]],
    );
    assert.match(findings[0]?.fix ?? "", /sysctl fs\.inotify\.max_user_watches/);
  });

test("when events may be lost everything is looked at again", async (t) => {
  let told = 0;
  const count = countTurn(() => told++, 100);
  for (let i = 0; i < 99; i++) count();
  await sleep(5);
  assert.equal(told, 0);
  for (let i = 0; i < 100; i++) count();
  await sleep(5);
  assert.equal(told, 1);
  const listeners: ((event: "rename" | "change", name: string) => void)[] = [];
  const fake: WatchFolder = (folder, options, listener) => (
    listeners.push(listener),
    watch(folder, options, listener) as FSWatcher
  );
  const { findings, seen } = await watched(t, ["services/web/a"], TARGET, fake);
  const storm = (): void => {
    for (let i = 0; i < 20_000; i++) listeners[0]?.("change", "unrelated");
  };
  await seen(storm, is("services/web"));
  assert.match(findings[0]?.fix ?? "", /max_queued_events/);
});

test(
  "10,000 files rewritten within seconds: few batches, and the last digest is that of the tree",
  { timeout: 120_000 },
  async (t) => {
    const paths = Array.from({ length: 10_000 }, (_, i) => `services/web/d${i % 100}/f${i}`);
    const { root, batches, write } = await watched(t, ["services/web/Dockerfile", ...paths]);
    const contexts = contextReader(root, true, null);
    await contexts.read("services/web", "Dockerfile");
    const startMs = Date.now();
    for (const [i, path] of paths.entries()) {
      write(path, `new ${i}`);
      if (i % 100 === 99) await sleep(Math.max(0, startMs + i / 2 - Date.now()));
    }
    const lastMs = Date.now();
    // Changes are told in their order: with this one, all of them were.
    write("services/web/last", "");
    while (!batches.flat().includes("services/web/last") && Date.now() < lastMs + 10_000) await sleep(20);
    for (const batch of batches) contexts.changed(batch);
    const { digest } = await contexts.read("services/web", "Dockerfile");
    assert.equal(digest, (await contextReader(root, false, null).read("services/web", "Dockerfile")).digest);
    assert.ok(batches.length <= 5 + (lastMs - startMs) / 100, `${batches.length} batches`);
  },
);
