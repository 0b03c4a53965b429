import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, test } from "node:test";
import { type CliResult, assertNoStack, runCli, runProgram, withRegistry } from "../support/run-cli.ts";
import { readTree } from "../../tools/lib/files.ts";
import { layout } from "../../tools/layout/layout.ts";
import { readInputs } from "../../tools/registry/read.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// The command starts from a bundle. It must never be older than the sources, nor be anything but what they say.

// A copy, so that its sources may be edited.
const COPY = mkdtempSync(join(tmpdir(), "slipway-copy-"));
for (const path of ["tools", "package.json"]) cpSync(path, join(COPY, path), { recursive: true });
symlinkSync(resolve("node_modules"), join(COPY, "node_modules"));
after(() => rmSync(COPY, { recursive: true, force: true }));

const FROM_SOURCES = runProgram(".", [
  "--import",
  import.meta.resolve("tsx"),
  resolve("tools/cli.ts"),
  "gen",
  "--help",
]);

function start(cache: string, ...args: string[]): Promise<CliResult> {
  // Why there is no bundle is told then: a test that fails says it.
  const env = { SLIPWAY_CACHE: cache, NODE_DEBUG: "slipway" };
  return runProgram(".", [join(COPY, "tools/slipway.mjs"), ...args], env);
}

test("the bundle says what the sources say, and is made once", async () => {
  await inTemporaryFolder(async (cache) => {
    const first = await start(cache, "gen", "--help");
    assert.deepEqual(first, await FROM_SOURCES);
    const made = new Map(readdirSync(cache).map((name) => [name, statSync(join(cache, name)).ino]));
    assert.deepEqual(
      [...made.keys()].map((name) => name.replace(/^[0-9a-f]{24}/, "")),
      [".cjs", ".cjs.map", ".cjs.v8"],
    );
    assert.deepEqual(await start(cache, "gen", "--help"), first);
    for (const [name, ino] of made) assert.equal(statSync(join(cache, name)).ino, ino, name);
  });
});

test(
  "whoever made the bundle is left with no process of its maker",
  { skip: process.platform !== "linux" },
  async () => {
    const told = `import { readFileSync, readdirSync } from "node:fs";
    const tasks = "/proc/self/task";
    const childrenOf = (task) => readFileSync(tasks + "/" + task + "/children", "utf8");
    process.on("exit", () => process.stderr.write("children: " + readdirSync(tasks).map(childrenOf).join("")));`;
    const preload = `data:text/javascript,${encodeURIComponent(told)}`;
    await inTemporaryFolder(async (cache) => {
      const args = ["--import", preload, join(COPY, "tools/slipway.mjs"), "gen", "--help"];
      const { stderr } = await runProgram(".", args, { SLIPWAY_CACHE: cache });
      assert.equal(readdirSync(cache).length, 3);
      assert.equal(stderr, "children: ");
    });
  },
);

for (const [how, damage] of [
  ["empty", () => Buffer.alloc(0)],
  ["cut off", (bytes: Buffer) => bytes.subarray(0, bytes.length / 2)],
  ["changed in one byte", (bytes: Buffer) => bytes.map((byte, i) => (i === bytes.length >> 1 ? byte ^ 1 : byte))],
  ["somebody else's", () => Buffer.from('process.stdout.write("not ours")')],
] as const)
  test(`a kept file that is ${how} is made anew`, async () => {
    await inTemporaryFolder(async (cache) => {
      const first = await start(cache, "gen", "--help");
      for (const ending of [".cjs", ".v8"]) {
        const [name = ""] = readdirSync(cache).filter((one) => one.endsWith(ending));
        const whole = readFileSync(join(cache, name));
        writeFileSync(join(cache, name), damage(whole));
        assert.deepEqual(await start(cache, "gen", "--help"), first);
        assert.notDeepEqual(readFileSync(join(cache, name)), damage(whole), `${ending} is still damaged`);
      }
    });
  });

test("an edit of the same length and date is noticed", async () => {
  await inTemporaryFolder(async (cache) => {
    const file = join(COPY, "tools/commands/generate.ts");
    const [text, { atime, mtime }] = [readFileSync(file, "utf8"), statSync(file)];
    await start(cache, "gen", "--help");
    writeFileSync(file, text.replace("write k8s/ and overlays/", "WRITE k8s/ and overlays/"));
    utimesSync(file, atime, mtime);
    const { stdout } = await start(cache, "gen", "--help");
    writeFileSync(file, text);
    assert.match(stdout, /WRITE k8s/);
  });
});

test("letters beyond ASCII mean the same in a bundle, in regular expressions too", async () => {
  await inTemporaryFolder(async (cache) => {
    const file = join(COPY, "tools/help.ts");
    const text = readFileSync(file, "utf8");
    const probe = 'process.stdout.write(`${"2 × é€😀".replaceAll(/[×é]/g, "_")} ${/^[^×]$/.test("×")}\\n`);';
    writeFileSync(file, `${text}\n${probe}\n`);
    const { stdout } = await start(cache, "gen", "--help");
    writeFileSync(file, text);
    assert.equal(stdout.split("\n")[0], "2 _ _€😀 false");
    assert.ok(readdirSync(cache).some((name) => name.endsWith(".cjs")));
  });
});

test("what a bundle generates is what the sources generate", async () => {
  await withRegistry(async (folder) => {
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    const { inputs } = await readInputs(folder);
    const written = Object.fromEntries(await readTree(folder, ["k8s", "overlays"]));
    assert.deepEqual(written, Object.fromEntries(layout(inputs)));
  });
});

test("many starts at once, with nothing kept so far, all do what they should", async () => {
  await inTemporaryFolder(async (cache) => {
    const starts = await Promise.all(Array.from({ length: 5 }, () => start(cache, "gen", "--help")));
    for (const one of starts) assert.deepEqual(one, await FROM_SOURCES);
    assert.deepEqual(
      readdirSync(cache).filter((name) => name.includes(".tmp-")),
      [],
    );
  });
});

test("where nothing can be kept, it runs all the same", async () => {
  const { stderr, ...rest } = await start("/dev/null/cache", "gen", "--help");
  assert.deepEqual({ ...rest, stderr: "" }, await FROM_SOURCES);
  assert.match(stderr, /no bundle: .*ENOTDIR/);
});

test("sources that cannot be bundled are told of by the loader", async () => {
  await inTemporaryFolder(async (cache) => {
    const file = join(COPY, "tools/help.ts");
    const text = readFileSync(file, "utf8");
    writeFileSync(file, `${text}\nexport const there = import.meta.url;\n`);
    const { stdout } = await start(cache, "gen", "--help");
    writeFileSync(file, text);
    assert.deepEqual([stdout, readdirSync(cache)], [(await FROM_SOURCES).stdout, []]);
  });
});

test("the stack of a bug names the sources", async () => {
  await inTemporaryFolder(async (cache) => {
    const file = join(COPY, "tools/registry/input-file.ts");
    const text = readFileSync(file, "utf8");
    const line = text.split("\n").findIndex((one) => one.includes("refuse(name, stats);")) + 1;
    writeFileSync(file, text.replace("refuse(name, stats);", 'throw new RangeError("boom");'));
    const { exitCode, stderr } = await start(cache, "gen");
    writeFileSync(file, text);
    assert.equal(exitCode, 1);
    assert.match(stderr, /RangeError: boom/);
    assert.match(stderr, new RegExp(`tools/registry/input-file\\.ts:${line}:\\d+`));
    assert.doesNotMatch(stderr, /\.cjs:/);
  });
});

test("whoever stops reading early gets no error", () => {
  const { status, stderr } = spawnSync("sh", ["-c", "node tools/slipway.mjs schema | head -c 1"], { encoding: "utf8" });
  assert.equal(status, 0);
  assertNoStack(stderr);
  assert.doesNotMatch(stderr, /EPIPE/);
});
