import assert from "node:assert/strict";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { REGISTRY } from "../support/build-registry.ts";
import { codesIn, runCli, withRegistry } from "../support/run-cli.ts";
import { type RunningCli, withRunningCli } from "../support/running-cli.ts";

// `gen --watch` as a real process, and files as editors, git and people change them.

const TIME = String.raw`\d\d:\d\d:\d\d`;
const WRITTEN = new RegExp(`^${TIME}  \\d+ files? written: .* \\(\\d+ ms\\)$`);
const FAILED = new RegExp(`^${TIME}  nothing written: \\d+ errors? \\(\\d+ ms\\)$`);
const replicas = (n: number): string => REGISTRY.replace('"replicas": 2', `"replicas": ${n}`);

test("each way to save a file is seen, and told in one line", async () => {
  await watching(async (folder, cli) => {
    const file = join(folder, "services.json");
    const saves: readonly (readonly [string, (text: string) => Promise<void>])[] = [
      ["in place", (text) => writeFile(file, text)],
      ["beside and renamed over it", (text) => renamedOver(file, text)],
      ["renamed over it once more", (text) => renamedOver(file, text)],
      ["moved away, then written anew", (text) => rename(file, `${file}~`).then(() => writeFile(file, text))],
      ["deleted, then written anew", (text) => rm(file).then(() => writeFile(file, text))],
      ["in two halves", (text) => inHalves(file, text)],
    ];
    for (const [i, [how, save]] of saves.entries()) {
      await save(replicas(10 + i));
      assert.match(await written(cli), /^\S+  1 file written: update k8s\/api\/deployment\.yaml \(\d+ ms\)$/, how);
      assert.match(
        await readFile(join(folder, "k8s/api/deployment.yaml"), "utf8"),
        new RegExp(`replicas: 1${i}\n`),
        how,
      );
    }
    assert.deepEqual(cli.unread(), []);
  });
});

test("what is broken is told as findings, waited out, and told to be well again", async () => {
  await watching(async (folder, cli) => {
    const file = join(folder, "services.json");
    await renamedOver(file, REGISTRY.slice(0, -20));
    assert.match(await cli.nextLine(), FAILED);
    await cli.complains(/services\.json:\d+:\d+[^]*REGISTRY_SYNTAX/);
    await renamedOver(file, REGISTRY.replace('"replicas": 2', '"replcas": 2'));
    assert.match(await cli.nextLine(), FAILED);
    await cli.complains(/did you mean "replicas"/);
    await rm(file);
    assert.match(await cli.nextLine(), FAILED);
    await cli.complains(/REGISTRY_NOT_FOUND/);
    await renamedOver(file, REGISTRY);
    assert.match(await cli.nextLine(), /nothing to write: \d+ files up to date/);
    await renamedOver(file, replicas(7));
    await written(cli);
  });
});

test("a file that the registry names, its folder and the lock are inputs too", async () => {
  await watching(async (folder, cli) => {
    const start = join(folder, "config/start.sh");
    await renamedOver(start, "#!/bin/sh\nexec other\n");
    await written(cli);
    await rename(join(folder, "config"), join(folder, "gone"));
    assert.match(await cli.nextLine(), FAILED);
    await cli.complains(/FILE_NOT_FOUND/);
    await mkdir(join(folder, "config"));
    await renamedOver(start, "#!/bin/sh\nexec third\n");
    await written(cli);
    await renamedOver(start, "#!/bin/sh\nexec fourth\n");
    await written(cli);
    const digest = `sha256:${"a".repeat(64)}`;
    await renamedOver(join(folder, "images.lock.json"), JSON.stringify({ "postgres:16": { digest } }));
    await written(cli);
    await renamedOver(join(folder, "config/new.sh"), "#!/bin/sh\n");
    await renamedOver(join(folder, "services.json"), REGISTRY.replace("config/start.sh", "config/new.sh"));
    await written(cli);
    await renamedOver(join(folder, "config/new.sh"), "#!/bin/sh\nexec new\n");
    await written(cli);
    assert.deepEqual(cli.unread(), []);
  });
});

test("a link is followed to the file behind it", async () => {
  await withRegistry(async (folder) => {
    await mkdir(join(folder, "real"));
    await rename(join(folder, "config/start.sh"), join(folder, "real/start.sh"));
    await symlink("../real/start.sh", join(folder, "config/start.sh"));
    await withRunningCli(folder, ["gen", "--watch"], async (cli) => {
      await written(cli);
      await renamedOver(join(folder, "real/start.sh"), "#!/bin/sh\nexec linked\n");
      await written(cli);
    });
  });
});

test("what changes no input is no event: saves of the same text, other files, the output itself", async () => {
  await watching(async (folder, cli) => {
    const busyBefore = await ticksAtRest(cli);
    await renamedOver(join(folder, "services.json"), REGISTRY);
    await renamedOver(join(folder, "config/start.sh"), await readFile(join(folder, "config/start.sh"), "utf8"));
    await renamedOver(join(folder, "notes.txt"), "mine");
    await renamedOver(join(folder, "k8s/notes.txt"), "mine");
    await sleep(1500);
    assert.deepEqual([cli.unread(), cli.errors()], [[], ""]);
    const busy = (await cpuTicks(cli)) - busyBefore;
    assert.ok(busy <= 15, `${busy} ticks of 10 ms in 1.5 s without anything to do`);
  });
});

test("Ctrl-C ends it at once, with exit code 0, also while something is wrong", async () => {
  await watching(async (folder, cli) => {
    await renamedOver(join(folder, "services.json"), "{");
    assert.match(await cli.nextLine(), FAILED);
    const { exitCode, durationMs } = await cli.interrupt();
    assert.equal(exitCode, 0);
    assert.ok(durationMs < 1000, `${durationMs} ms`);
  });
});

test("--json prints a document a line", async () => {
  await withRegistry(async (folder) => {
    await withRunningCli(folder, ["gen", "--watch", "--json"], async (cli) => {
      const first = JSON.parse(await cli.nextLine()) as { data: { changes: unknown[]; durationMs: number } };
      assert.ok(first.data.changes.length > 20 && first.data.durationMs > 0);
      await renamedOver(join(folder, "services.json"), "{");
      assert.deepEqual(codesIn(await cli.nextLine()), ["REGISTRY_SYNTAX"]);
      assert.equal((await cli.interrupt()).exitCode, 0);
      assert.deepEqual([cli.unread(), cli.errors()], [[], ""]);
    });
  });
});

test("--watch and --check are not for the same run", async () => {
  await withRegistry(async (folder) => {
    const { exitCode, stdout, stderr } = await runCli(folder, ["gen", "--watch", "--check"]);
    assert.deepEqual([exitCode, stdout], [1, ""]);
    assert.match(stderr, /FLAGS_CLASH/);
  });
});

/** `gen --watch` in a folder of its own, after it has written everything. */
function watching(use: (folder: string, cli: RunningCli) => Promise<void>): Promise<void> {
  return withRegistry((folder) =>
    withRunningCli(folder, ["gen", "--watch"], async (cli) => {
      await written(cli);
      await use(folder, cli);
    }),
  );
}

/** The next line that says what was written. On a busy machine a file may be looked at while it is not there. */
async function written(cli: RunningCli): Promise<string> {
  const line = await cli.nextLine();
  if (FAILED.test(line)) return written(cli);
  assert.match(line, WRITTEN);
  return line;
}

async function renamedOver(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
}

/** As a slow disk would: what is between the halves is shorter than the quiet that is waited for. */
async function inHalves(file: string, text: string): Promise<void> {
  const middle = Math.floor(text.length / 2);
  await writeFile(file, text.slice(0, middle));
  await writeFile(file, text.slice(middle), { flag: "a" });
}

/** Processor time in ticks, when it has grown no more for half a second: what a start leaves behind is done. */
async function ticksAtRest(cli: RunningCli): Promise<number> {
  for (let ticks = await cpuTicks(cli); ;) {
    await sleep(500);
    const next = await cpuTicks(cli);
    if (next === ticks) return ticks;
    ticks = next;
  }
}

/** Processor time in ticks, where /proc tells it. */
async function cpuTicks({ pid }: RunningCli): Promise<number> {
  const text = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}
