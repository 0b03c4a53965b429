import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readTree } from "../../tools/lib/files.ts";
import { type FileTree } from "../../tools/lib/tree.ts";
import { REGISTRY, mistaken, writeRegistry } from "../support/build-registry.ts";
import { assertNoStack, codesIn, runCli, withRegistry, writeDeep } from "../support/run-cli.ts";

// `gen` as a real process: what it writes, what it refuses, and what it leaves alone.

const DEPLOYMENT = "k8s/api/deployment.yaml";

test("gen writes everything, then nothing; the folder it runs in does not matter", async () => {
  await withRegistry(async (folder) => {
    const first = await runCli(folder, ["gen"]);
    assert.equal(first.exitCode, 0, first.stderr);
    assert.match(first.stdout, /^create k8s\/api\/deployment\.yaml$/m);
    const written = await outputOf(folder);
    const elsewhere = await runCli("/", ["gen", "--root", folder], { TZ: "Pacific/Apia", LC_ALL: "tr_TR.UTF-8" });
    assert.deepEqual([elsewhere.exitCode, elsewhere.stdout], [0, ""]);
    assert.match(elsewhere.stderr, /nothing to do: \d+ files up to date/);
    assert.deepEqual(await outputOf(folder), written);
  });
});

test("gen --check prints a diff that git applies, forwards and backwards, and writes nothing", async () => {
  await withGenerated(async (folder) => {
    const before = await outputOf(folder);
    assert.equal((await runCli(folder, ["gen", "--check"])).exitCode, 0);
    await writeFile(
      join(folder, "services.json"),
      REGISTRY.replace('"replicas": 2', '"replicas": 5').replaceAll('"home"', '"start"'),
    );
    const { exitCode, stdout, stderr } = await runCli(folder, ["gen", "--check"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /OUTPUT_STALE/);
    assert.match(stdout, /^--- a\/k8s\/api\/deployment\.yaml\n\+\+\+ b\/k8s\/api\/deployment\.yaml\n@@ /m);
    assert.match(stdout, /^--- \/dev\/null\n\+\+\+ b\/overlays\/local\/web\/ingress-start\.yaml$/m);
    assert.match(stdout, /^--- a\/overlays\/local\/web\/ingress-home\.yaml\n\+\+\+ \/dev\/null$/m);
    assert.deepEqual(await outputOf(folder), before);
    apply(folder, stdout);
    assert.equal((await runCli(folder, ["gen", "--check"])).exitCode, 0);
    apply(folder, stdout, "--reverse");
    assert.deepEqual(await outputOf(folder), before);
  });
});

test("a generated file that was edited is refused, and nothing is written; --force overwrites it", async () => {
  await withGenerated(async (folder) => {
    const path = join(folder, DEPLOYMENT);
    const intact = await readFile(path, "utf8");
    await writeFile(path, `${intact}# mine\n`);
    await writeFile(join(folder, "services.json"), REGISTRY.replace('"replicas": 2', '"replicas": 5'));
    const before = await outputOf(folder);
    const { exitCode, stdout, stderr } = await runCli(folder, ["gen"]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(stderr, /k8s\/api\/deployment\.yaml[^]*--force[^]*FILE_EDITED/);
    assert.deepEqual(await outputOf(folder), before);
    assert.deepEqual(codesIn((await runCli(folder, ["gen", "--check", "--json"])).stdout), [
      "FILE_EDITED",
      "OUTPUT_STALE",
    ]);
    assert.equal((await runCli(folder, ["gen", "--force"])).exitCode, 0);
    assert.match(await readFile(path, "utf8"), /replicas: 5/);
    assert.doesNotMatch(await readFile(path, "utf8"), /mine/);
  });
});

test("files of others are never touched, unless they stand where a generated one must be", async () => {
  await withGenerated(async (folder) => {
    const foreign = new Map([
      ["k8s/README.md", "mine\n"],
      ["k8s/api/extra.yaml", "kind: Mine\n"],
      ["overlays/mine/kustomization.yaml", "resources: []\n"],
    ]);
    for (const [path, text] of foreign) await writeDeep(join(folder, path), text);
    await writeFile(
      join(folder, "services.json"),
      mistaken([
        ['    "api": {\n', '    "orders": {\n'],
        ['"dependsOn": { "api": {} }', '"dependsOn": { "orders": {} }'],
      ]).text,
    );
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    for (const [path, text] of foreign) assert.equal(await readFile(join(folder, path), "utf8"), text);
    assert.ok(!existsSync(join(folder, DEPLOYMENT)), "a generated file that is no longer wanted is gone");
    await writeRegistry(folder);
    await writeFile(join(folder, DEPLOYMENT), "kind: Mine\n");
    assert.deepEqual(codesIn((await runCli(folder, ["gen", "--json"])).stdout), ["FILE_FOREIGN"]);
  });
});

test("a link where a generated file must be is refused, even with --force", async () => {
  await withRegistry(async (folder) => {
    await writeDeep(join(folder, "mine.yaml"), "kind: Mine\n");
    await writeDeep(join(folder, "k8s/api/extra.yaml"), "kind: Mine\n");
    await symlink("../../mine.yaml", join(folder, DEPLOYMENT));
    for (const args of [["gen"], ["gen", "--force"]])
      assert.deepEqual(codesIn((await runCli(folder, [...args, "--json"])).stdout), ["FILE_LINK"]);
    assert.equal(await readFile(join(folder, DEPLOYMENT), "utf8"), "kind: Mine\n");
  });
});

test("what is no longer wanted disappears, and its empty folder with it", async () => {
  await withGenerated(async (folder) => {
    const without = JSON.parse(REGISTRY) as { services: Record<string, unknown> };
    delete without.services["web"];
    await writeFile(join(folder, "services.json"), JSON.stringify(without));
    const { exitCode, stdout } = await runCli(folder, ["gen"]);
    assert.equal(exitCode, 0);
    assert.match(stdout, /^delete k8s\/web\/deployment\.yaml$/m);
    for (const path of ["k8s/web", "overlays/local/web", "overlays/enclave/web"])
      assert.ok(!existsSync(join(folder, path)), path);
  });
});

test("what cannot be written is told without a stack", async () => {
  await withRegistry(async (folder) => {
    await writeFile(join(folder, "k8s"), "a file");
    const { exitCode, stderr } = await runCli(folder, ["gen"]);
    assert.equal(exitCode, 1);
    assert.match(stderr, /FILE_OBSTRUCTED/);
    assertNoStack(stderr);
  });
});

function withGenerated(use: (folder: string) => Promise<void>): Promise<void> {
  return withRegistry(async (folder) => {
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    await use(folder);
  });
}

function outputOf(folder: string): Promise<FileTree> {
  return readTree(folder, ["k8s", "overlays"]);
}

function apply(folder: string, diff: string, ...flags: readonly string[]): void {
  execFileSync("git", ["apply", ...flags], {
    cwd: folder,
    input: diff,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
  });
}
