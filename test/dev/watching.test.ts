import assert from "node:assert/strict";
import {
  mkdirSync,
  rmdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  watch,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { WatchFolder } from "../../dev/sources/folders.ts";
import { interestIn } from "../../dev/sources/interest.ts";
import { watchTrees } from "../../dev/sources/trees.ts";
import { ignoreOf } from "../../tools/sources/ignore.ts";
import { FAST } from "./fast-folder.ts";
import { anImage, aService, aTarget } from "./fixture.ts";
import { is, watched } from "./watched.ts";

/** How many watches this process holds. https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html */
function watches(): number {
  return readdirSync("/proc/self/fdinfo")
    .map((fd) => {
      try {
        return readFileSync(`/proc/self/fdinfo/${fd}`, "utf8");
      } catch {
        return "";
      }
    })
    .join("")
    .split("\n")
    .filter((line) => line.startsWith("inotify wd:")).length;
}

test(
  "an ignored folder of 100,000 files in 2,000 folders costs no watch",
  { skip: process.platform !== "linux" && "Linux alone counts watches" },
  async (t) => {
    const files = Array.from({ length: 2000 }, (_, i) => `services/web/node_modules/m${i}/package.json`);
    const before = watches();
    const { root, write, seen } = await watched(t, ["services/web/src/a.ts", ...files]);
    assert.ok(watches() - before > 2000, "without a rule they are part of the context");
    await seen(() => write("services/web/.dockerignore", "node_modules\n"), is("services/web/.dockerignore"));
    while (watches() - before > 10) await sleep(10);
    assert.equal(watches() - before, 4, "root, services, web, src");
    for (let i = 0; i < 100_000; i++) writeFileSync(join(root, `services/web/node_modules/m${i % 2000}/f${i}`), "");
    await seen(() => write("services/web/src/a.ts"), is("services/web/src/a.ts"));
    assert.equal(watches() - before, 4);
  },
);

test("editors' saves: in place, by renaming over it, by moving it away first", async (t) => {
  const { root, write, batches, seen } = await watched(t, ["services/web/a.ts"]);
  const path = join(root, "services/web/a.ts");
  await seen(() => writeFileSync(path, "2"), is("services/web/a.ts"));
  const vim = (): void => {
    writeFileSync(join(root, "services/web/4913"), "");
    unlinkSync(join(root, "services/web/4913"));
    renameSync(path, `${path}~`);
    writeFileSync(path, "3");
    unlinkSync(`${path}~`);
  };
  await seen(vim, is("services/web/a.ts"));
  assert.deepEqual([...new Set(batches.flat())], ["services/web/a.ts"]);
  const jetBrains = (): void => {
    writeFileSync(`${path}___jb_tmp___`, "4");
    renameSync(path, `${path}___jb_old___`);
    renameSync(`${path}___jb_tmp___`, path);
    unlinkSync(`${path}___jb_old___`);
  };
  await seen(jetBrains, is("services/web/a.ts"));
  assert.deepEqual([...new Set(batches.flat())], ["services/web/a.ts"]);
  const atomic = (): void => {
    write("a.ts.new", "5");
    renameSync(join(root, "a.ts.new"), path);
  };
  await seen(atomic, is("services/web/a.ts"));
  await seen(() => writeFileSync(path, "6"), is("services/web/a.ts"));
});

test("folders that come, go, move, come back and become files, the context and the registry themselves", async (t) => {
  const { root, write, seen } = await watched(t, ["services.json", "services/web/src/a.ts"]);
  const at = (path: string): string => join(root, path);
  await seen(() => write("services/web/new/deep/b.ts"), is("services/web/new/deep/b.ts"));
  await seen(() => write("services/web/new/deep/c.ts"), is("services/web/new/deep/c.ts"));
  await seen(() => renameSync(at("services/web/new"), at("services/web/old")), is("services/web/old/deep/c.ts"));
  await seen(() => write("services/web/old/deep/d.ts"), is("services/web/old/deep/d.ts"));
  await seen(() => rmSync(at("services/web/old"), { recursive: true }), is("services/web/old"));
  await seen(
    () => (rmSync(at("services/web/src"), { recursive: true }), write("services/web/src/a.ts")),
    is("services/web/src/a.ts"),
  );
  await seen(() => write("services/web/src/a.ts", "again"), is("services/web/src/a.ts"));
  await seen(() => rmSync(at("services/web"), { recursive: true }), is("services/web"));
  await seen(() => write("services/web/Dockerfile"), is("services/web/Dockerfile"));
  await seen(() => renameSync(at("services"), at("elsewhere")), is("services/web"));
  await seen(() => write("services/web/src/b.ts"), is("services/web/src/b.ts"));
  await seen(() => write("services/web/src/b.ts", "2"), is("services/web/src/b.ts"));
  await seen(() => write("services/web/x/deep/c.ts"), is("services/web/x/deep/c.ts"));
  await seen(() => (rmSync(at("services/web/x"), { recursive: true }), write("services/web/x")), is("services/web/x"));
  await seen(() => (rmSync(at("services/web/x")), write("services/web/x/c.ts")), is("services/web/x/c.ts"));
  await seen(() => mkdirSync(at("services/web/.dockerignore")), is("services/web/.dockerignore"));
  await seen(() => write("services/web/x/d.ts"), is("services/web/x/d.ts"));
  await seen(() => rmdirSync(at("services/web/.dockerignore")), is("services/web/.dockerignore"));
  await seen(() => unlinkSync(at("services.json")), is("services.json"));
  await seen(() => write("services.json"), is("services.json"));
});

test("what lies beside the contexts: inputs, secrets of builds, paths of develop.watch, a context that is a link", async (t) => {
  const image = anImage("web");
  const build = { ...image.build, secrets: { token: { file: "secrets/token" } } };
  const rule = {
    action: "sync",
    path: "shared",
    target: "/s",
    matches: () => true,
    ignore: ["tmp"],
    initialSync: false,
    exec: null,
  } as const;
  const linked = anImage("linked", { build: { ...image.build, context: "linked" } });
  const target = {
    ...aTarget([{ ...image, build }, linked], [aService("web", { watch: [rule] })]),
    inputPaths: ["services.json", "config/a.env"],
  };
  const { root, batches, write, seen } = await watched(t, ["config/b.env", "real/a"], target);
  symlinkSync("real", join(root, "linked"));
  await seen(() => write("config/a.env"), is("config/a.env"));
  await seen(() => write("secrets/token"), is("secrets/token"));
  await seen(() => write("shared/x/y"), is("shared/x/y"));
  await seen(() => (write("config/b.env", "2"), write("shared/tmp/z"), write("linked/a", "2")), is("linked/a"));
  assert.ok(!batches.flat().includes("config/b.env") && !batches.flat().includes("shared/tmp/z"));
});

test("a tree that is watched as a whole gives the same paths", async (t) => {
  const root = mkdtempSync(join(FAST, "trees-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  mkdirSync(join(root, "web/node_modules/a"), { recursive: true });
  mkdirSync(join(root, "web/src"));
  const seen = new Set<string>();
  const interest = interestIn(
    root,
    [{ folder: join(root, "web"), ignore: ignoreOf("node_modules") }],
    [join(root, "x.json")],
  );
  const events = {
    onChange: (path: string) => void seen.add(path.slice(root.length + 1)),
    onLost: assert.fail,
    onUnwatchable: assert.fail,
  };
  const watcher = watchTrees(interest, events, watch as WatchFolder);
  for (const path of ["web/src/a.ts", "web/node_modules/a/i.js", "other", "x.json"])
    writeFileSync(join(root, path), "1");
  const endMs = Date.now() + 5000;
  while (seen.size < 2 && Date.now() < endMs) await sleep(10);
  await sleep(100);
  watcher.close();
  assert.deepEqual([...seen].toSorted(), ["web/src/a.ts", "x.json"]);
});
