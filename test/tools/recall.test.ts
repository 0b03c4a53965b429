import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readDisk } from "../../tools/lib/disk.ts";
import { mistaken, writeRegistry } from "../support/build-registry.ts";
import { codesIn, runCli, withRegistry, writeDeep } from "../support/run-cli.ts";

// A second run may remember what the first one found. It must never tell or do anything else than if it had forgotten.

const MEMORY = ".slipway/gen.json";
const DEPLOYMENT = "k8s/api/deployment.yaml";

test("with nothing to do, a run that remembers says what one that does not says", async () => {
  await withGenerated(async (folder) => {
    const remembered = await runCli(folder, ["gen", "--json"]);
    await rm(join(folder, MEMORY));
    const anew = await runCli(folder, ["gen", "--json"]);
    assert.deepEqual(remembered, anew);
    assert.ok(existsSync(join(folder, MEMORY)));
  });
});

test("warnings are told again", async () => {
  await withRegistry(async (folder) => {
    const { text } = mistaken([['"POD": { "field": "metadata.name" }', '"POD": "${services.web.host}"']]);
    await writeFile(join(folder, "services.json"), text);
    const runs = [];
    for (let run = 0; run < 3; run++) runs.push(await runCli(folder, ["gen", "--json"]));
    assert.deepEqual(
      runs.map(({ stdout }) => codesIn(stdout)),
      Array.from({ length: 3 }, () => ["REFERENCE_WITHOUT_EDGE"]),
    );
  });
});

/** What a person, a merge or another program may do between two runs. */
const MEANWHILE: Readonly<Record<string, (folder: string) => Promise<void>>> = {
  "the registry was edited": (folder) => writeRegistryAnd(folder, '"replicas": 2', '"replicas": 4'),
  "a file that it names was edited": (folder) => writeFile(join(folder, "config/start.sh"), "#!/bin/sh\nexec other\n"),
  "a lock appeared": (folder) =>
    writeFile(
      join(folder, "images.lock.json"),
      JSON.stringify({ "postgres:16": { digest: `sha256:${"0".repeat(64)}` } }),
    ),
  "a generated file was edited": (folder) => edited(join(folder, DEPLOYMENT)),
  "a generated file was removed": (folder) => rm(join(folder, DEPLOYMENT)),
  "a generated folder was removed": (folder) => rm(join(folder, "overlays/local"), { recursive: true }),
  "a generated file became a link": async (folder) => {
    await rename(join(folder, DEPLOYMENT), join(folder, "elsewhere.yaml"));
    await symlink("../../elsewhere.yaml", join(folder, DEPLOYMENT));
  },
  "k8s became a link": async (folder) => {
    await rename(join(folder, "k8s"), join(folder, "elsewhere"));
    await symlink("elsewhere", join(folder, "k8s"));
  },
  "an old generated file came back": async (folder) =>
    writeDeep(join(folder, "k8s/old/deployment.yaml"), await readFile(join(folder, DEPLOYMENT), "utf8")),
  "a named file disappeared": (folder) => rm(join(folder, "config/start.sh")),
  "the registry broke": (folder) => writeFile(join(folder, "services.json"), "{"),
};

for (const [what, happen] of Object.entries(MEANWHILE))
  test(`${what}: a run that remembers does what one that forgot does`, async () => {
    const [remembering, forgetful] = await Promise.all(
      [false, true].map((isForgetful) =>
        afterwards(async (folder) => {
          await happen(folder);
          if (isForgetful) await rm(join(folder, MEMORY));
        }),
      ),
    );
    assert.deepEqual(remembering, forgetful);
  });

for (const [what, spoil] of [
  ["empty", () => ""],
  ["cut off", (text: string) => text.slice(0, -40)],
  ["no record", () => "[]"],
  ["nothing", () => "null"],
  ["that of fewer files", (text: string) => text.replace(/"files":\d+/, '"files":1')],
  ["without a warning", (text: string) => text.replace('"warnings":[]', '"warnings":[{"code":"X"}]')],
  ["without inputs", (text: string) => text.replace(/"names":\[[^\]]*\]/, '"names":[]')],
  ["of inputs elsewhere", (text: string) => text.replace('"services.json"', '"../services.json"')],
  ["of another digest", (text: string) => text.replace(/"digest":"../, '"digest":"00')],
] as const)
  test(`a record that is ${what} changes nothing`, async () => {
    const expected = await afterwards(() => Promise.resolve());
    const actual = await afterwards(async (folder) => {
      const text = await readFile(join(folder, MEMORY), "utf8");
      assert.notEqual(spoil(text), text);
      await writeFile(join(folder, MEMORY), spoil(text));
    });
    assert.deepEqual(actual, expected);
  });

test("another platform's record, and an older one, change nothing", async () => {
  await withGenerated(async (folder) => {
    const record = await readFile(join(folder, MEMORY), "utf8");
    const change = async (other: string): Promise<void> => writeRegistryAnd(other, '"replicas": 2', '"replicas": 4');
    const actual = await afterwards(async (other) => {
      await change(other);
      await runCli(other, ["gen"]);
      await writeFile(join(other, MEMORY), record);
    });
    const expected = await afterwards(async (other) => {
      await change(other);
      await runCli(other, ["gen"]);
    });
    assert.deepEqual(actual, expected);
  });
});

test("where nothing can be remembered, everything else is done", async () => {
  await withRegistry(async (folder) => {
    await writeFile(join(folder, ".slipway"), "a file");
    for (const said of [/written/, /nothing to do/]) {
      const { exitCode, stderr } = await runCli(folder, ["gen"]);
      assert.equal(exitCode, 0);
      assert.match(stderr, said);
    }
  });
});

/** What `gen` says, and what is there after it, when something happened since it ran before. */
async function afterwards(happen: (folder: string) => Promise<void>): Promise<unknown> {
  let seen: unknown;
  await withGenerated(async (folder) => {
    await happen(folder);
    const result = await runCli(folder, ["gen", "--json"]);
    seen = { result, disk: readDisk(folder, ["k8s", "overlays", "elsewhere"]) };
  });
  return seen;
}

function withGenerated(use: (folder: string) => Promise<void>): Promise<void> {
  return withRegistry(async (folder) => {
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
    await use(folder);
  });
}

async function writeRegistryAnd(folder: string, from: string, to: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeRegistry(folder, mistaken([[from, to]]).text);
}

async function edited(path: string): Promise<void> {
  await writeFile(path, `${await readFile(path, "utf8")}# mine\n`);
}
