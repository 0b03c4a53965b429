import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { FAST } from "./fast-folder.ts";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { type Contexts, contextReader } from "../../dev/build/context.ts";
import { type Slices, scanFolder } from "../../dev/build/scan.ts";
import { openStatCache } from "../../dev/build/stat-cache.ts";
import { type Folder, digestOfFolder } from "../../dev/build/tree.ts";
import { ignoreOf } from "../../tools/sources/ignore.ts";

function aRoot(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(FAST, "changes-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) write(join(root, path), text);
  return root;
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

async function fresh(root: string, folder = "."): Promise<string> {
  return (await contextReader(root, false, null).read(folder, "Dockerfile")).digest;
}

// What may happen to a path: the content is written, it becomes a folder with something in it, it goes, it moves.
const name = fc.constantFrom("a", "b", "c.log", "drop", "keep");
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const removed = fc.record({ type: fc.constant("remove" as const), path });
const moved = fc.record({ type: fc.constant("move" as const), path, to: path });
const edit = fc.oneof(
  fc.record({ type: fc.constant("write" as const), path, text: fc.constantFrom("1", "2") }),
  removed,
  moved,
);

type Edit =
  | { readonly type: "write"; readonly path: string; readonly text: string }
  | { readonly type: "remove"; readonly path: string }
  | { readonly type: "move"; readonly path: string; readonly to: string };

function apply(root: string, change: Edit): readonly string[] {
  const absolute = join(root, change.path);
  try {
    if (change.type === "remove") rmSync(absolute, { recursive: true, force: true });
    else if (change.type === "write") write(absolute, change.text);
    else {
      mkdirSync(dirname(join(root, change.to)), { recursive: true });
      renameSync(absolute, join(root, change.to));
    }
  } catch {
    // A file where a folder would have to be: nothing has changed but perhaps the way to it.
  }
  return change.type === "move" ? [change.path, change.to] : [change.path];
}

/** What was told below a folder, which is a file when it is looked at. */
const FILE_FOR_FOLDER = [
  { type: "write" as const, path: "a/x", text: "1" as const },
  { type: "remove" as const, path: "a" },
  { type: "write" as const, path: "a", text: "1" as const },
];

test("looking at what has changed finds the same as looking at everything", async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(edit, { maxLength: 4 }), { maxLength: 5 }), async (batches) => {
      const root = aRoot(t, { Dockerfile: "", ".dockerignore": "*.log\ndrop\n!drop/keep\n", "a/b/a": "1", b: "2" });
      const watched = contextReader(root, true, null);
      await watched.read(".", "Dockerfile");
      for (const batch of batches) {
        watched.changed(batch.flatMap((change) => apply(root, change)));
        assert.equal((await watched.read(".", "Dockerfile")).digest, await fresh(root));
      }
    }),
    { numRuns: 60, examples: [[[FILE_FOR_FOLDER]]] },
  );
});

// Of another length each: within the clock's few milliseconds a write of the same length cannot be told from none.
const other = fc.oneof(
  fc.record({ type: fc.constant("write" as const), path, text: fc.constantFrom("1", "22", "333") }),
  removed,
  moved,
);

/** A folder of that name is there again, with nothing in it. */
const FOLDER_EMPTIED = [
  { type: "move" as const, path: "a", to: "drop" },
  { type: "move" as const, path: "a", to: "a/a" },
];

test("what is known of a folder is believed by two that leave out other files of it", async (t) => {
  // A file that was just written is believed as well, as it is later on.
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3_600_000 });
  const rules = {
    Dockerfile: "",
    "Dockerfile.dockerignore": "*.log\na/b\n",
    Other: "",
    "Other.dockerignore": "drop\n",
  };
  const digests = async (contexts: Contexts): Promise<string[]> => [
    (await contexts.read(".", "Dockerfile")).digest,
    (await contexts.read(".", "Other")).digest,
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(other, { maxLength: 4 }), { maxLength: 6 }), async (batches) => {
      const root = aRoot(t, { ...rules, "a/b/a": "1", "a/a": "22", "a/keep": "1", b: "22" });
      const known = contextReader(root, false, null);
      for (const batch of [[], ...batches]) {
        for (const change of batch) apply(root, change);
        assert.deepEqual(await digests(known), await digests(contextReader(root, false, null)));
      }
    }),
    { numRuns: 200, examples: [[[FOLDER_EMPTIED]]] },
  );
});

test("of two looks at a folder at the same time the older one decides nothing", async (t) => {
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 3_600_000 });
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const root = aRoot(t, { ...Object.fromEntries(names.map((one) => [one, "1"])), big: "x".repeat(3_000_000) });
  const scan = { root, ignore: ignoreOf(""), cache: await openStatCache(null) };
  const first = scanFolder(scan, "", 0);
  // It stands in the middle of the large file, and has seen those that are listed before it.
  assert.equal(first.next().done, false);
  for (const one of names) write(join(root, one), "22");
  digestOf(scanFolder(scan, "", 0));
  digestOf(first);
  const expected = digestOf(scanFolder({ ...scan, cache: await openStatCache(null) }, "", 0));
  assert.equal(digestOf(scanFolder(scan, "", 0)), expected);
});

function digestOf(slices: Slices<Folder | null>): string {
  for (;;) {
    const { done, value } = slices.next();
    if (done === true) return digestOfFolder(value ?? assert.fail("there is no such folder"));
  }
}

test("only what is told to have changed is looked at again", async (t) => {
  const root = aRoot(t, { Dockerfile: "", "x/a": "1", "x/b": "1" });
  const watched = contextReader(root, true, null);
  const before = (await watched.read(".", "Dockerfile")).digest;
  write(join(root, "x/a"), "2");
  assert.equal((await watched.read(".", "Dockerfile")).digest, before);
  watched.changed(["x/a"]);
  assert.notEqual((await watched.read(".", "Dockerfile")).digest, before);
  write(join(root, "x/b"), "2");
  watched.changed(null);
  assert.equal((await watched.read(".", "Dockerfile")).digest, await fresh(root));
  write(join(root, ".dockerignore"), "x\n");
  assert.equal((await watched.read(".", "Dockerfile")).digest, await fresh(root));
});

test("a touched file, a checkout away and back, a saved file that is the same: the digest stays", async (t) => {
  const root = aRoot(t, {
    "web/Dockerfile": "",
    ...Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`web/f${i}`, `${i}`])),
  });
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: root,
      stdio: "pipe",
    });
  git("init", "--initial-branch=main");
  git("add", ".");
  git("commit", "--message=one");
  git("checkout", "-b", "other");
  for (let i = 0; i < 300; i++) write(join(root, `web/f${i}`), "other");
  git("rm", "--quiet", "web/f999");
  git("commit", "--all", "--message=two");
  git("checkout", "main");
  const watched = contextReader(root, true, null);
  const before = (await watched.read("web", "Dockerfile")).digest;
  git("checkout", "other");
  watched.changed(["web"]);
  assert.notEqual((await watched.read("web", "Dockerfile")).digest, before);
  git("checkout", "main");
  for (let i = 0; i < 1000; i++) utimesSync(join(root, `web/f${i}`), 1, 1);
  watched.changed(Array.from({ length: 1000 }, (_, i) => `web/f${i}`));
  assert.equal((await watched.read("web", "Dockerfile")).digest, before);
});

test("digests are kept for the next session, and believed only while nothing of the stat has changed", async (t) => {
  const files = Object.fromEntries(Array.from({ length: 1200 }, (_, i) => [`web/f${i}`, `${i}`]));
  const root = aRoot(t, { "web/Dockerfile": "", ...files });
  const cache = join(root, ".slipway/cache/files");
  // Younger ones could still be written without a new time.
  const endMs = Date.now() + 150;
  while (Date.now() < endMs) await new Promise((done) => setTimeout(done, 10));
  const read = async (): Promise<string> => (await contextReader(root, false, cache).read("web", "Dockerfile")).digest;
  const before = await read();
  assert.ok(existsSync(cache));
  const kept = readFileSync(cache);
  const hex = kept.toString("latin1").match(/[0-9a-f]{64}/g) ?? [];
  const writeWithout = (digest = ""): void =>
    writeFileSync(cache, Buffer.from(kept.toString("latin1").replace(digest, "0".repeat(64)), "latin1"));
  // Another digest in the file shows that it is used: first there is the folder's, at the end those of files.
  writeWithout(hex[0]);
  assert.notEqual(await read(), before);
  writeWithout(hex.at(-1));
  assert.equal(await read(), before);
  write(join(root, "web/new"), "a folder that is as it was is not asked for its files");
  assert.notEqual(await read(), await fresh(root, "web"));
  rmSync(join(root, "web/new"));
  for (const broken of [
    "",
    "nonsense",
    kept.subarray(0, kept.length - 100),
    Buffer.from(kept.toString("latin1").replace("files 2", "files 9"), "latin1"),
  ]) {
    writeFileSync(cache, broken);
    assert.equal(await read(), before);
  }
  for (let i = 0; i < 1200; i++)
    write(join(root, `web/f${i}`), `${(i + 1) % 1200}`.padStart(`${i}`.length, "0").slice(0, `${i}`.length));
  assert.equal(await read(), await fresh(root, "web"));
});
