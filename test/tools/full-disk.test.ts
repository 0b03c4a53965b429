import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { type Disk, readDisk } from "../../tools/lib/disk.ts";
import { writeRegistry } from "../support/build-registry.ts";
import { type CliResult, assertNoStack, runCli, runProgram, withRegistry } from "../support/run-cli.ts";
import { skipWithout } from "../support/skip.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// A disk that is full, or may not be written to, or read: told, and what is there stays as it was.

const SLIPWAY = resolve("tools/slipway.mjs");
const FOLDERS = ["k8s", "overlays"];

for (const fault of ["ENOSPC", "EROFS"] as const)
  test(`${fault} at any step: what is there stays as it was, and the next run completes the work`, async () => {
    const [before, after] = [await treeOf(null), await treeOf(changeRegistry)];
    const steps = Number(/^steps (\d+)$/m.exec((await changedWith("none", 1)).result.stderr)?.[1]);
    const writes = [...after.files].filter(([path, text]) => before.files.get(path) !== text).length;
    // At least that many steps put files beside their places; once all of them are there, they are only moved.
    const stages = Array.from({ length: writes }, (_, i) => i + 1).filter((step) => step % 3 === 1);
    assert.ok(steps > 2 * writes && stages.length > 3, `${steps} steps, ${writes} files`);
    for (const step of stages) {
      const { result, disk, again } = await changedWith(fault, step);
      assert.equal(result.exitCode, 1, `step ${step}`);
      assert.match(result.stderr, new RegExp(`${fault}[^]*FILE_UNWRITABLE`));
      assertNoStack(result.stderr);
      // A disk that takes no more writes takes no removal either: that is left to the next run.
      if (fault === "ENOSPC") assert.deepEqual(disk, before, `step ${step}`);
      assert.deepEqual(again, after, `step ${step}`);
    }
  });

const OWN_MOUNTS = ["--user", "--map-root-user", "--mount"];
const canMount = spawnSync("unshare", [...OWN_MOUNTS, "true"]).status === 0;

test("a full disk", { skip: skipWithout(canMount, "unshare, for a file system of one's own,") }, async () => {
  const script = `mount -t tmpfs -o size=200k tmpfs "$1" && cp -r "$2/." "$1" && cd "$1" && node "$3" gen
    code=$?; ls -A; exit $code`;
  await withRegistry(async (folder) => {
    await inTemporaryFolder((mount) => {
      const args = [...OWN_MOUNTS, "sh", "-c", script, "sh", mount, folder, SLIPWAY];
      const { status, stdout, stderr } = spawnSync("unshare", args, { encoding: "utf8" });
      assert.equal(status, 1);
      assert.match(stderr, /ENOSPC[^]*FILE_UNWRITABLE/);
      assertNoStack(stderr);
      assert.equal(stdout, "config\nservices.json\n");
    });
  });
});

test("a folder that may not be written to, or read", async () => {
  await withGenerated(async (folder) => {
    const text = readFileSync(join(folder, "services.json"), "utf8");
    writeFileSync(join(folder, "services.json"), text.replace('"replicas": 2', '"replicas": 4'));
    const before = readDisk(folder, FOLDERS);
    chmodSync(folder, 0o755);
    for (const [mode, code] of [
      [0o555, "FILE_UNWRITABLE"],
      [0o000, "FILE_UNREADABLE"],
    ] as const) {
      chmodSync(join(folder, "k8s/api"), mode);
      const { status, stderr } = asNobody(folder);
      chmodSync(join(folder, "k8s/api"), 0o755);
      assert.equal(status, 1, stderr);
      assert.match(stderr, new RegExp(`EACCES[^]*k8s/api[^]*${code}`));
      assertNoStack(stderr);
      assert.deepEqual(readDisk(folder, FOLDERS), before);
    }
    chmodSync(join(folder, "services.json"), 0o000);
    assert.match(asNobody(folder).stderr, /REGISTRY_UNREADABLE/);
  });
});

function withGenerated(use: (folder: string) => Promise<void>): Promise<void> {
  return withRegistry(async (folder) => {
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    await use(folder);
  });
}

async function changeRegistry(folder: string): Promise<void> {
  const text = readFileSync(join(folder, "services.json"), "utf8");
  await writeRegistry(
    folder,
    text.replaceAll('"image": "shop/web:1.0"', '"image": "shop/web:2.0"').replace('"team-shop"', '"team"'),
  );
}

async function treeOf(change: ((folder: string) => Promise<void>) | null): Promise<Disk> {
  let disk: Disk | null = null;
  await withGenerated(async (folder) => {
    await change?.(folder);
    if (change) assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    disk = readDisk(folder, FOLDERS);
  });
  assert.ok(disk);
  return disk;
}

/** A change of the registry, written while the system refuses to; and the same again when it does no more. */
async function changedWith(fault: string, step: number): Promise<{ result: CliResult; disk: Disk; again: Disk }> {
  let seen: { result: CliResult; disk: Disk; again: Disk } | null = null;
  await withGenerated(async (folder) => {
    await changeRegistry(folder);
    const env = { FAULT: fault, FAULT_AT: String(step), FAULT_BELOW: folder };
    const result = await runProgram(folder, ["--import", resolve("test/support/fault-at.mjs"), SLIPWAY, "gen"], env);
    const disk = readDisk(folder, FOLDERS);
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    seen = { result, disk, again: readDisk(folder, FOLDERS) };
  });
  assert.ok(seen);
  return seen;
}

/** `root` reads and writes whatever it likes. */
function asNobody(folder: string): { readonly status: number | null; readonly stderr: string } {
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  return spawnSync(process.execPath, [SLIPWAY, "gen"], { cwd: folder, encoding: "utf8", ...identity });
}
