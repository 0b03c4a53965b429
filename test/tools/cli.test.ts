import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { mistaken } from "../support/build-registry.ts";
import { assertNoStack, codesIn, runCli, runUnread, withRegistry, writeDeep } from "../support/run-cli.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// Real processes in folders of their own. Exit codes: 0 all is well, 1 something was found, 2 wrong usage.

const COMMANDS = ["gen", "check", "secrets", "verify", "explain", "diff", "import", "new", "graph", "schema"];
// oxlint-disable-next-line no-control-regex
const ESCAPE = /\u001b/;

test("--help lists every command, and needs no registry", async () => {
  await inTemporaryFolder(async (folder) => {
    const ways = [["--help"], ["-h"], ["help"], []];
    for (const { exitCode, stdout, stderr } of await Promise.all(ways.map((args) => runCli(folder, args)))) {
      assert.deepEqual([exitCode, stderr], [0, ""]);
      for (const command of COMMANDS) assert.match(stdout, new RegExp(`^  ${command} `, "m"));
    }
  });
});

test("each command has a help of its own, with an example and its flags", async () => {
  await inTemporaryFolder(async (folder) => {
    const helps = await Promise.all([...COMMANDS, "gen"].map((command) => runCli(folder, [command, "--help"])));
    for (const [i, command] of COMMANDS.entries()) {
      const { exitCode, stdout = "" } = helps[i] ?? {};
      assert.equal(exitCode, 0);
      assert.match(stdout, new RegExp(`^${command}: .+\\n\\n {2}npm run `));
      for (const flag of ["--root DIR", "--json", "--no-color", "--help"])
        assert.ok(stdout.includes(flag), `${command} ${flag}`);
    }
    assert.equal((await runCli(folder, ["help", "gen"])).stdout, helps.at(-1)?.stdout);
  });
});

test("--version is that of package.json", async () => {
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  assert.deepEqual(await runCli(".", ["--version"]), { exitCode: 0, stdout: `slipway ${version}\n`, stderr: "" });
});

for (const [args, fix] of [
  [["gne"], /did you mean "gen"/],
  [["help", "chekc"], /did you mean "check"/],
  [["constructor"], /known: gen, check/],
  [["gen", "--chekc"], /did you mean "--check"/],
  [["gen", "--nothing-like-it"], /npm run gen -- --help/],
  [["gen", "--root"], /npm run gen -- --help/],
  [["gen", "--check=yes"], /npm run gen -- --help/],
] as const)
  test(`slipway ${args.join(" ")} is wrong usage`, async () => {
    const [plain, json] = await Promise.all([runCli(".", args), runCli(".", [...args, "--json"])]);
    assert.deepEqual([plain.exitCode, plain.stdout], [2, ""]);
    assert.match(plain.stderr, fix);
    assertNoStack(plain.stderr);
    assert.deepEqual([json.exitCode, json.stderr, codesIn(json.stdout)], [2, "", ["USAGE"]]);
  });

test("without a registry every command says so, and shows no stack", async () => {
  await inTemporaryFolder(async (folder) => {
    const commands = [["gen"], ["check"], ["secrets", "local"], ["verify", "local"], ["diff"]];
    for (const { exitCode, stdout, stderr } of await Promise.all(commands.map((args) => runCli(folder, args)))) {
      assert.deepEqual([exitCode, stdout], [1, ""]);
      assert.match(stderr, /REGISTRY_NOT_FOUND/);
      assert.match(stderr, /--root DIR/);
      assertNoStack(stderr);
    }
  });
});

test("--json prints one document and nothing else, in success and in failure", async () => {
  await withRegistry(async (folder) => {
    for (const args of [["gen"], ["gen", "--check"], ["check"], ["schema"], ["secrets", "local", "--print"]]) {
      const { exitCode, stdout, stderr } = await runCli(folder, [...args, "--json"]);
      const document = JSON.parse(stdout) as Record<string, unknown>;
      assert.deepEqual([document["exitCode"], exitCode, stderr], [0, 0, ""], args.join(" "));
      assert.deepEqual(Object.keys(document), ["exitCode", "findings", "data"]);
    }
    await writeFile(join(folder, "services.json"), mistaken([['"replicas": 2', '»"replcas": 2']]).text);
    const commands = [["gen"], ["gen", "--check"], ["check"], ["secrets", "local"], ["verify", "local"]];
    for (const failed of await Promise.all(commands.map((args) => runCli(folder, [...args, "--json"]))))
      assert.deepEqual([failed.exitCode, failed.stderr, codesIn(failed.stdout)], [1, "", ["REGISTRY_UNKNOWN_KEY"]]);
  });
});

test("a reader that stops reading is no error", async () => {
  await inTemporaryFolder(async (folder) => {
    assert.deepEqual(await runUnread(folder, ["schema"]), { exitCode: 0, stderr: "" });
  });
});

test("a pipe, NO_COLOR and --no-color get no colours", async () => {
  await inTemporaryFolder(async (folder) => {
    const runs = [
      runCli(folder, ["gen"]),
      runCli(folder, ["gen"], { NO_COLOR: "1", FORCE_COLOR: "1" }),
      runCli(folder, ["gen", "--no-color"]),
    ];
    for (const { stdout, stderr } of await Promise.all(runs)) assert.doesNotMatch(stdout + stderr, ESCAPE);
  });
});

for (const [args, code, fix] of [
  [["secrets"], "ENVIRONMENT_MISSING", /one of enclave, local/],
  [["secrets", "lcal"], "ENVIRONMENT_UNKNOWN", /"local"/],
  [["secrets", "enclave"], "CONTEXT_NOT_NAMED", /--context NAME/],
  [["verify"], "ENVIRONMENT_MISSING", /one of enclave, local/],
  [["verify", "enclave"], "CONTEXT_NOT_NAMED", /--context NAME/],
] as const)
  test(`${args.join(" ")} is refused with ${code}`, async () => {
    await withRegistry(async (folder) => {
      const { exitCode, stdout, stderr } = await runCli(folder, args);
      assert.deepEqual([exitCode, stdout], [1, ""]);
      assert.match(stderr, new RegExp(code));
      assert.match(stderr, fix);
      assertNoStack(stderr);
      assert.ok(!existsSync(join(folder, ".slipway")), "nothing is kept of what was refused");
    });
  });

test("secrets --print names every Secret and key, and no value", async () => {
  await withRegistry(async (folder) => {
    await writeDeep(join(folder, ".slipway/secrets/enclave.yaml"), "database:\n  password: hunter2\n");
    const { exitCode, stdout, stderr } = await runCli(folder, ["secrets", "enclave", "--print"]);
    assert.deepEqual([exitCode, stderr], [0, ""]);
    assert.match(stdout, /create secret generic database --namespace=team-back --from-file=password=/);
    assert.match(stdout, /create secret tls shop-tls --namespace=front --cert=/);
    assert.doesNotMatch(stdout, /hunter2|--from-literal/);
  });
});
