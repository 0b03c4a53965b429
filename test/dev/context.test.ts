import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import fc from "fast-check";
import { imageBuilder } from "../../dev/build/builder.ts";
import { contextReader } from "../../dev/build/context.ts";
import { ignoreOf } from "../../tools/sources/ignore.ts";
import { tarEnd, tarMember } from "../../dev/build/tar.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { skipWithoutDocker } from "../services/docker.ts";
import { anImage } from "./fixture.ts";

const run = promisify(execFile);

async function aFolder(test: TestContext, files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "context-"));
  test.after(() => rm(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) await write(join(folder, path), text);
  return folder;
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

async function pathsOf(folder: string, dockerfile = "Dockerfile"): Promise<string[]> {
  const context = await contextReader(folder, false, null).read(".", dockerfile);
  return context
    .entries()
    .filter(({ type }) => type !== "folder")
    .map(({ path }) => path);
}

function digestOf(root: string, change: object = {}, bases = new Map<string, string>()): Promise<string> {
  const image = anImage("core");
  const step = {
    type: "digest",
    key: "",
    subject: "core",
    bases,
    rebuilds: 0,
    image: { ...image, build: { ...image.build, context: ".", ...change } },
  } as const;
  return imageBuilder(root, () => assert.fail("a digest needs no engine")).digest(step, new AbortController().signal);
}

const FILES = {
  Dockerfile: "FROM scratch\n",
  ".dockerignore": "node_modules\n*.log\n!keep.log\n",
  "main.ts": "1",
  "keep.log": "",
  "drop.log": "",
  "node_modules/a/index.js": "",
  "src/a.ts": "",
};

test("a context is what .dockerignore leaves", async (t) => {
  const folder = await aFolder(t, FILES);
  assert.deepEqual(await pathsOf(folder), [".dockerignore", "Dockerfile", "keep.log", "main.ts", "src/a.ts"]);
});

test("a Dockerfile may be ignored: then it is no part of what COPY sees, as with Docker, but of the digest", async (t) => {
  const folder = await aFolder(t, {
    Dockerfile: "",
    ".dockerignore": "*\n!*.ts\n!endpoints/*.ts",
    "a.ts": "",
    "b.js": "",
    "endpoints/c.ts": "",
    "endpoints/d.js": "",
  });
  assert.deepEqual(await pathsOf(folder), ["a.ts", "endpoints/c.ts"]);
  const before = await digestOf(folder);
  await write(join(folder, "Dockerfile"), "FROM scratch\n");
  assert.notEqual(await digestOf(folder), before);
});

test("<Dockerfile>.dockerignore takes the place of .dockerignore", async (t) => {
  const folder = await aFolder(t, {
    "a.Dockerfile": "",
    "a.Dockerfile.dockerignore": "x",
    ".dockerignore": "y",
    x: "",
    y: "",
  });
  assert.ok((await pathsOf(folder, "a.Dockerfile")).includes("y"));
  assert.ok(!(await pathsOf(folder, "a.Dockerfile")).includes("x"));
});

test("of a folder that images share, each has what is beside its own Dockerfile's rules", async (t) => {
  const rules = (own: string): string => `*\n!shared\n!${own}/*.ts\n`;
  const root = await aFolder(t, {
    "shared/a.ts": "1",
    "web/Dockerfile": "FROM scratch\nCOPY shared web /\n",
    "web/Dockerfile.dockerignore": rules("web"),
    "web/main.ts": "1",
    "api/Dockerfile": "FROM scratch\nCOPY shared api /\n",
    "api/Dockerfile.dockerignore": rules("api"),
    "api/main.ts": "1",
  });
  assert.deepEqual(await pathsOf(root, "web/Dockerfile"), ["shared/a.ts", "web/main.ts"]);
  const contexts = contextReader(root, true, null);
  const digests = async (): Promise<string[]> =>
    Promise.all(["web", "api"].map(async (one) => (await contexts.read(".", `${one}/Dockerfile`)).digest));
  const [web, api] = await digests();
  await write(join(root, "web/main.ts"), "2");
  contexts.changed(["web/main.ts"]);
  const [webTwo, apiTwo] = await digests();
  assert.notEqual(webTwo, web);
  assert.equal(apiTwo, api, "a file of web is none of api's");
  await write(join(root, "shared/a.ts"), "2");
  contexts.changed(["shared/a.ts"]);
  const [webThree, apiThree] = await digests();
  assert.notEqual(webThree, webTwo);
  assert.notEqual(apiThree, apiTwo);
});

test("a folder is skipped only when nothing in it comes back in", () => {
  for (const [rules, folder, isSkipped] of [
    ["node_modules", "node_modules", true],
    ["node_modules\n!src/*.ts", "node_modules", true],
    ["*\n!src/**/*.ts", "src", false],
    ["*\n!src/**/*.ts", "src/deep", false],
    ["*\n!src/**/*.ts", "test", true],
    ["*\n!src", "src/deep", false],
    ["*\n!s?c/*.ts", "src", false],
    ["vendor\n!vendor/keep", "vendor", false],
    ["vendor\n!vendor/keep", "vendor/other", true],
    ["", "src", false],
  ] as const)
    assert.equal(ignoreOf(rules).skipsFolder(folder), isSkipped, `${JSON.stringify(rules)} ${folder}`);
});

test("a missing Dockerfile and a missing folder are findings", async (t) => {
  const folder = await aFolder(t, { "a.ts": "" });
  const code = (wanted: string) => (error: unknown) => error instanceof UserError && error.findings[0]?.code === wanted;
  const contexts = contextReader(folder, true, null);
  await assert.rejects(contexts.read(".", "Dockerfile"), code("DOCKERFILE_MISSING"));
  await assert.rejects(contexts.read("no", "Dockerfile"), code("CONTEXT_FOLDER_MISSING"));
  await write(join(folder, "no/Dockerfile"), "");
  contexts.changed(["no"]);
  assert.equal((await contexts.read("no", "Dockerfile")).entries().length, 1);
});

test("a digest changes with content, mode, arguments, target and base, and with nothing else", async (t) => {
  const folder = await aFolder(t, FILES);
  const first = await digestOf(folder);
  assert.match(first, /^acme\/core:[0-9a-f]{12}$/);
  await utimes(join(folder, "main.ts"), 1, 1);
  await write(join(folder, "node_modules/b.js"), "new");
  assert.equal(await digestOf(folder), first, "a touched file and an ignored one change nothing");
  const others = [
    await digestOf(folder, { args: { A: "1" } }),
    await digestOf(folder, { target: "x" }),
    await digestOf(folder, { ssh: ["default"] }),
    await digestOf(folder, { platforms: ["linux/arm64"] }),
    await digestOf(folder, { secrets: { token: { file: "a" } } }),
    await digestOf(folder, { contexts: { base: "b:dev" } }),
    await digestOf(folder, { contexts: { base: "b:dev" } }, new Map([["b:dev", "b:2"]])),
  ];
  await chmod(join(folder, "main.ts"), 0o755);
  others.push(await digestOf(folder));
  await write(join(folder, "main.ts"), "2");
  others.push(await digestOf(folder));
  await symlink("main.ts", join(folder, "link"));
  others.push(await digestOf(folder));
  assert.equal(new Set([first, ...others]).size, others.length + 1);
});

test("the stat cache never hides a change of equal size in the same instant", async (t) => {
  const folder = await aFolder(t, { Dockerfile: "", a: "1" });
  const contexts = contextReader(folder, false, null);
  for (let i = 0; i < 30; i++) {
    await writeFile(join(folder, "a"), String(i % 10));
    const first = await contexts.read(".", "Dockerfile");
    await writeFile(join(folder, "a"), String((i + 1) % 10));
    assert.notEqual((await contexts.read(".", "Dockerfile")).digest, first.digest);
  }
});

test("tar reads what we pack: any name, link and content", async (t) => {
  const name = fc
    .stringMatching(/^[a-zäöß0-9 ._-]{1,60}$/)
    .filter((text) => text.trim() === text && !/^\.{1,2}$/.test(text));
  const path = fc.array(name, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("/"));
  await fc.assert(
    fc.asyncProperty(path, fc.uint8Array({ maxLength: 1500 }), async (file, body) => {
      const folder = await aFolder(t, {});
      await writeFile(
        join(folder, "a.tar"),
        Buffer.concat([tarMember({ path: file, type: "file", mode: 0o640, body }), tarEnd]),
      );
      const { stdout } = await run("tar", ["-xOf", join(folder, "a.tar"), "--", file], { encoding: "buffer" });
      assert.deepEqual(stdout, Buffer.from(body));
    }),
    { numRuns: 25 },
  );
});

// The rules in Docker's own words: a build with the client, which applies .dockerignore itself, must see the same files.
for (const rules of [
  "*\n!a*\n!src",
  "**/*.log\n!src/keep.log",
  "src/*/deep\n*.md\n!README.md",
  "/a.ts\n./src/\n# c\n\n",
  "s?c\n!src/[a-c].ts",
  "**/deep\n!**/deep/x.ts",
  "src\n!src/one/deep",
]) {
  test(`.dockerignore as Docker reads it: ${JSON.stringify(rules)}`, { skip: skipWithoutDocker }, async (t) => {
    const files = {
      "a.ts": "",
      "b.ts": "",
      "README.md": "",
      "NEWS.md": "",
      "x.log": "",
      "src/a.ts": "",
      "src/keep.log": "",
      "src/x.log": "",
      "src/one/deep/x.ts": "",
      "src/one/a.ts": "",
      "deep/x.ts": "",
      "deep/y.ts": "",
    };
    const folder = await aFolder(t, { ...files, ".dockerignore": rules, Dockerfile: "FROM scratch\nCOPY . /\n" });
    const out = join(folder, "..", `${folder.split("/").at(-1)}-out`);
    t.after(() => rm(out, { recursive: true, force: true }));
    await run("docker", ["buildx", "build", "--output", `type=local,dest=${out}`, folder]);
    const { stdout } = await run("find", [out, "-type", "f", "-printf", "%P\n"]);
    const theirs = stdout.trim().split("\n").filter(Boolean).toSorted();
    assert.deepEqual(
      (await pathsOf(folder)).filter((path) => path !== "Dockerfile"),
      theirs.filter((path) => path !== "Dockerfile"),
    );
  });
}
