import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { rmSync, symlinkSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { REGISTRY, writeRegistry } from "../support/build-registry.ts";
import { assertNoStack, runCli, withRegistry, writeDeep } from "../support/run-cli.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// `slipway diff` in git repositories of its own.

const MORE = REGISTRY.replace('"replicas": 2', '"replicas": 4');

test("without an argument the working tree is compared with HEAD", async () => {
  await withRepository(async (folder) => {
    const same = await runCli(folder, ["diff"]);
    assert.deepEqual([same.exitCode, same.stdout], [0, ""]);
    assert.match(same.stderr, /HEAD \([0-9a-f]{7}\) → services\.json: 0 of 2 environments affected/);
    await writeFile(join(folder, "services.json"), MORE.replace('"replicas": 3', '"replicas": 5'));
    const { exitCode, stdout, stderr } = await runCli(folder, ["diff"]);
    assert.equal(exitCode, 0);
    assert.equal(
      stdout,
      [
        "enclave  objects: 1 changed",
        "         scales: api (3 → 5)",
        "local    unchanged",
        "",
        "Changes: enclave",
        "  ~ Deployment team-back/api: 3 → 5 pods",
        "",
      ].join("\n"),
    );
    assert.match(stderr, /1 of 2 environments affected/);
  });
});

test("named files and images.lock.json are compared too, byte by byte", async () => {
  await withRepository(async (folder) => {
    await writeFile(join(folder, "config/start.sh"), "#!/bin/sh\nexec start --now\n");
    const digest = `sha256:${"a".repeat(64)}`;
    await writeFile(join(folder, "images.lock.json"), JSON.stringify({ "postgres:16": { digest } }));
    const { stdout } = await runCli(folder, ["diff", "--environment", "enclave"]);
    assert.match(stdout, /- exec start\n +\+ exec start --now/);
    assert.match(stdout, /reads \/init\/start\.sh \(ConfigMap\/db-files\)/);
    assert.match(stdout, /image: postgres:16 → postgres:16@sha256:aaaaaaaaaaaa…/);
  });
});

test("a registry below the top of the repository, and a named file that is a link", async () => {
  await withRepository(async (top) => {
    const folder = join(top, "platforms/shop");
    await writeDeep(join(folder, "services.json"), REGISTRY);
    await writeDeep(join(folder, "shared.sh"), "#!/bin/sh\nexec start\n");
    await writeDeep(join(folder, "config/none"), "");
    symlinkSync("../shared.sh", join(folder, "config/start.sh"));
    commit(top, "add");
    const { exitCode, stderr } = await runCli(folder, ["diff", "HEAD", "--exit-code"]);
    assert.match(stderr, /0 of 2 environments affected/);
    assert.equal(exitCode, 0);
  });
});

test("another revision, by any name that git knows", async () => {
  await withRepository(async (folder) => {
    git(folder, "tag", "v1");
    await writeFile(join(folder, "services.json"), MORE);
    commit(folder, "change");
    for (const revision of ["v1", "HEAD~1", git(folder, "rev-parse", "--short", "v1").trim()])
      assert.equal((await runCli(folder, ["diff", revision, "--exit-code"])).exitCode, 0, "local overrides replicas");
    await writeFile(join(folder, "services.json"), MORE.replace("shop/web:1.0", "shop/web:1.1"));
    assert.equal((await runCli(folder, ["diff", "v1", "--exit-code"])).exitCode, 1);
    assert.equal((await runCli(folder, ["diff", "v1"])).exitCode, 0);
  });
});

test("--against compares with a folder, and needs no git", async () => {
  await withRegistry(async (folder) => {
    await inTemporaryFolder(async (other) => {
      await writeRegistry(other, REGISTRY.replace("shop/web:1.0", "shop/web:0.9"));
      const { exitCode, stdout } = await runCli(folder, ["diff", "--against", other, "--json"], { PATH: nodeOnly() });
      const { data } = JSON.parse(stdout) as { data: { environments: { environment: string; type: string }[] } };
      assert.equal(exitCode, 0);
      assert.deepEqual(
        data.environments.map(({ environment, type }) => `${environment} ${type}`),
        ["enclave changed", "local unchanged"],
      );
    });
  });
});

test("--format: json is the data of --json, markdown has a table", async () => {
  await withRepository(async (folder) => {
    await writeFile(join(folder, "services.json"), REGISTRY.replace('"size": "5Gi"', '"size": "9Gi"'));
    const [json, format, markdown] = await Promise.all([
      runCli(folder, ["diff", "--json"]),
      runCli(folder, ["diff", "--format", "json"]),
      runCli(folder, ["diff", "--format", "markdown"]),
    ]);
    assert.deepEqual(JSON.parse(format.stdout), (JSON.parse(json.stdout) as { data: unknown }).data);
    assert.match(markdown.stdout, /^\| environment \| what an apply does \|$/m);
    assert.match(markdown.stdout, /`kubectl delete -n team-back statefulset\/db --cascade=orphan`/);
  });
});

for (const [what, args, code, fix, prepare] of [
  [
    "no repository",
    [],
    "GIT_NOT_FOUND",
    /--against DIR/,
    (folder: string) => rmSync(join(folder, ".git"), { recursive: true }),
  ],
  ["no such revision", ["nowhere"], "REVISION_UNKNOWN", /git log/, () => {}],
  ["an option as revision", ["--", "--output=x"], "REVISION_UNKNOWN", /git log/, () => {}],
  [
    "a revision without registry",
    ["empty"],
    "REVISION_WITHOUT_REGISTRY",
    /git log --oneline -- services\.json/,
    () => {},
  ],
  ["an unknown environment", ["--environment", "enclav"], "ENVIRONMENT_UNKNOWN", /"enclave"/, () => {}],
  ["an unknown format", ["--format", "markdwn"], "FORMAT_UNKNOWN", /"markdown"/, () => {}],
  ["two sides", ["HEAD", "--against", "."], "DIFF_TWO_SIDES", /leave one/, () => {}],
  ["a folder without registry", ["--against", "config"], "REGISTRY_NOT_FOUND", /inputs that are valid/, () => {}],
] as const)
  test(`${what} is told with ${code}`, async () => {
    await withRepository(async (folder) => {
      prepare(folder);
      const { exitCode, stdout, stderr } = await runCli(folder, ["diff", ...args]);
      assert.deepEqual([exitCode, stdout], [1, ""]);
      assert.match(stderr, new RegExp(`code ${code}$`, "m"));
      assert.match(stderr, fix);
      assertNoStack(stderr);
    });
  });

test("what is wrong with the registry of a revision is told with the revision's name", async () => {
  await withRepository(async (folder) => {
    await writeFile(join(folder, "services.json"), REGISTRY.replace('"replicas": 2', '"replcas": 2'));
    commit(folder, "break");
    await writeFile(join(folder, "services.json"), REGISTRY);
    const { exitCode, stdout, stderr } = await runCli(folder, ["diff"]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(stderr, /HEAD:services\.json:\d+:\d+/);
    assert.match(stderr, /replcas/);
  });
});

/** A repository with two commits: `empty`, and one with the registry. */
function withRepository(use: (folder: string) => Promise<void>): Promise<void> {
  return withRegistry(async (folder) => {
    git(folder, "init", "--quiet");
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "nothing");
    git(folder, "tag", "empty");
    commit(folder, "registry");
    await use(folder);
  });
}

function commit(folder: string, message: string): void {
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "--message", message);
}

function git(folder: string, ...args: readonly string[]): string {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
  return execFileSync("git", [...identity, ...args], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** A PATH in which there is no git. */
function nodeOnly(): string {
  return "/nonexistent";
}
