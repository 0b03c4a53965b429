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
import dockerignore from "@balena/dockerignore";
import fc from "fast-check";
import { contextReader } from "../../dev/build/context.ts";
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
const edit = fc.oneof(
  fc.record({ type: fc.constant("write" as const), path, text: fc.constantFrom("1", "2") }),
  fc.record({ type: fc.constant("remove" as const), path }),
  fc.record({ type: fc.constant("move" as const), path, to: path }),
);

function apply(root: string, change: typeof edit extends fc.Arbitrary<infer T> ? T : never): readonly string[] {
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
  // Another digest in the file shows that it is used.
  const content = kept.toString("latin1").match(/[0-9a-f]{64}/)?.[0] ?? "";
  writeFileSync(cache, Buffer.from(kept.toString("latin1").replace(content, "0".repeat(64)), "latin1"));
  assert.notEqual(await read(), before);
  for (const broken of [
    "",
    "nonsense",
    kept.subarray(0, kept.length - 100),
    Buffer.from(kept.toString("latin1").replace("files 1", "files 9"), "latin1"),
  ]) {
    writeFileSync(cache, broken);
    assert.equal(await read(), before);
  }
  for (let i = 0; i < 1200; i++)
    write(join(root, `web/f${i}`), `${(i + 1) % 1200}`.padStart(`${i}`.length, "0").slice(0, `${i}`.length));
  assert.equal(await read(), await fresh(root, "web"));
});

test("the quick look at the rules of a .dockerignore says what the rules say", () => {
  const segment = fc.oneof(
    fc.constantFrom("a", "b", "a.b", "src", "**", "*", "?", "a*", "*.b", "**b", "a**"),
    fc.stringMatching(/^[ab.*?]{1,3}$/),
  );
  const rule = fc
    .tuple(fc.constantFrom("", "!", "/", "./", "!/", " "), fc.array(segment, { minLength: 1, maxLength: 3 }))
    .map(([start, segments]) => start + segments.join("/"));
  const part = fc.stringMatching(/^[ab.]{1,3}$|^src$/).filter((text) => !/^\.+$/.test(text));
  let ignored = 0;
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 4 }), fc.array(part, { minLength: 1, maxLength: 4 }), (rules, parts) => {
      const expected = dockerignore.default({ ignorecase: false }).add(rules.join("\n")).ignores(parts.join("/"));
      if (expected) ignored++;
      return ignoreOf(rules.join("\n")).ignores(parts.join("/")) === expected;
    }),
    { numRuns: 3000 },
  );
  assert.ok(ignored > 100);
});
