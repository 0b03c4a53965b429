import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { obstacles } from "../../tools/layout/obstacles.ts";
import type { Disk } from "../../tools/lib/disk.ts";
import { assertNoStack, runCli, withRegistry, writeDeep } from "../support/run-cli.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// What may be wrong with the disk: a finding each, exit code 1, no stack, and what is there stays as it was.

const DEPLOYMENT = "k8s/api/deployment.yaml";

/** What may be in the way, and where it is told. */
const IN_THE_WAY: Readonly<Record<string, readonly [code: string, where: string, make: (folder: string) => unknown]>> =
  {
    "k8s is a link that leads out": ["FILE_LINK", "k8s", (folder) => linkOut(folder, "k8s")],
    "overlays is a link that leads out": ["FILE_LINK", "overlays", (folder) => linkOut(folder, "overlays")],
    "k8s is a link within": ["FILE_LINK", "k8s", (folder) => moveAndLink(folder, "k8s", "manifests")],
    "k8s is a link to nothing": ["FILE_LINK", "k8s", (folder) => linkOut(folder, "k8s", "/nowhere")],
    "a service's folder is a link that leads out": ["FILE_LINK", "k8s/api", (folder) => linkOut(folder, "k8s/api")],
    "an environment is a link": [
      "FILE_LINK",
      "overlays/local",
      (folder) => moveAndLink(folder, "overlays/local", "local"),
    ],
    "a file is a link that leads out": [
      "FILE_LINK",
      DEPLOYMENT,
      (folder) => linkOut(folder, DEPLOYMENT, "/etc/hostname"),
    ],
    "a file is a link to the same text": [
      "FILE_LINK",
      DEPLOYMENT,
      (folder) => moveAndLink(folder, DEPLOYMENT, "real.yaml"),
    ],
    "k8s is a file": ["FILE_OBSTRUCTED", "k8s", (folder) => instead(folder, "k8s", (path) => writeFileSync(path, "x"))],
    "a service's folder is a file": [
      "FILE_OBSTRUCTED",
      "k8s/api",
      (folder) => instead(folder, "k8s/api", (path) => writeFileSync(path, "x")),
    ],
    "a file is a folder": [
      "FILE_OBSTRUCTED",
      DEPLOYMENT,
      (folder) => instead(folder, DEPLOYMENT, (path) => mkdir(path)),
    ],
    "a file is a folder with something in it": [
      "FILE_OBSTRUCTED",
      DEPLOYMENT,
      (folder) => instead(folder, DEPLOYMENT, (path) => writeDeep(join(path, "mine"), "x")),
    ],
    "a file is a pipe": [
      "FILE_OBSTRUCTED",
      DEPLOYMENT,
      (folder) => instead(folder, DEPLOYMENT, (path) => execFileSync("mkfifo", [path])),
    ],
  };

for (const [what, [code, where, make]] of Object.entries(IN_THE_WAY))
  test(`${what}: ${code}, and nothing is written or removed`, async () => {
    await withGenerated(async (folder) => {
      await make(folder);
      // Something is to be changed, something removed.
      const text = readFileSync(join(folder, "services.json"), "utf8");
      writeFileSync(join(folder, "services.json"), text.replace('"replicas": 2', '"replicas": 4'));
      await writeDeep(join(folder, "k8s-old.yaml"), "x");
      const before = everything(folder);
      for (const flags of [[], ["--force"], ["--check"]]) {
        const { exitCode, stdout, stderr } = await runCli(folder, ["gen", "--json", ...flags]);
        const { findings } = JSON.parse(stdout) as { findings: readonly { code: string; where: string }[] };
        assert.deepEqual([exitCode, stderr], [1, ""]);
        assert.ok(
          findings.some((one) => one.code === code && one.where === where),
          stdout,
        );
      }
      assert.deepEqual(everything(folder), before);
      assertNoStack((await runCli(folder, ["gen"])).stderr);
      assert.deepEqual(everything(folder), before);
    });
  });

test("links beside the generated files are left alone, and nothing behind them is removed", async () => {
  await inTemporaryFolder(async (outside) => {
    await withGenerated(async (folder) => {
      const generated = readFileSync(join(folder, DEPLOYMENT), "utf8");
      await writeDeep(join(outside, "old/deployment.yaml"), generated);
      symlinkSync(join(outside, "old"), join(folder, "k8s/old"));
      symlinkSync(join(outside, "old/deployment.yaml"), join(folder, "k8s/old.yaml"));
      const before = everything(folder);
      assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
      assert.equal((await runCli(folder, ["gen", "--check"])).exitCode, 0);
      assert.deepEqual(everything(folder), before);
      assert.equal(readFileSync(join(outside, "old/deployment.yaml"), "utf8"), generated);
    });
  });
});

test("names that differ only in case are one file on macOS and Windows", () => {
  const disk: Disk = { files: new Map([["k8s/API/service.yaml", ""]]), others: new Map([["k8s/API", "folder"]]) };
  const wanted = new Map([["k8s/api/service.yaml", ""]]);
  assert.deepEqual(
    obstacles(wanted, ["k8s/API/service.yaml"], disk).map(({ code, where }) => [code, where]),
    [["FILE_CASE", "k8s/API/service.yaml"]],
  );
  assert.deepEqual(obstacles(wanted, [], disk), [], "what is somebody's may be called as they like");
  const both = new Map([...wanted, ["k8s/Api/service.yaml", ""]]);
  assert.deepEqual(
    obstacles(both, [], { files: new Map(), others: new Map() }).map(({ code }) => code),
    ["FILE_CASE"],
  );
});

function withGenerated(use: (folder: string) => Promise<void>): Promise<void> {
  return withRegistry(async (folder) => {
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    await use(folder);
  });
}

/** All that lies in a folder, and where its links lead. */
function everything(folder: string): string {
  return execFileSync(
    "sh",
    ["-c", "find . -printf '%y %p %l\\n' | grep -v slipway | sort; find . -name '*.yaml' -type f | sort | xargs cat"],
    {
      cwd: folder,
      encoding: "utf8",
    },
  );
}

function linkOut(folder: string, path: string, to = "/tmp"): void {
  instead(folder, path, (absolute) => symlinkSync(to, absolute));
}

function moveAndLink(folder: string, path: string, to: string): void {
  renameSync(join(folder, path), join(folder, to));
  symlinkSync(join(folder, to), join(folder, path));
}

function instead(folder: string, path: string, make: (absolute: string) => unknown): unknown {
  execFileSync("rm", ["-r", join(folder, path)]);
  return make(join(folder, path));
}
