import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { test } from "node:test";
import type { Finding } from "../../tools/lib/errors.ts";
import { REGISTRY, findingsIn, mistaken } from "../support/build-registry.ts";
import { assertNoStack, runCli, runProgram, withRegistry } from "../support/run-cli.ts";

// Whatever services.json is, and whatever is in it: findings with a place and a fix, exit code 1, no stack, nothing written.

const FILE = "services.json";

/** What may stand where the registry should. */
const INSTEAD: Readonly<Record<string, readonly [code: string, make: (path: string) => unknown]>> = {
  "a folder": ["REGISTRY_UNREADABLE", (path) => mkdir(path)],
  "a pipe": ["REGISTRY_UNREADABLE", (path) => execFileSync("mkfifo", [path])],
  "a device without an end": ["REGISTRY_UNREADABLE", (path) => symlink("/dev/zero", path)],
  "a link to itself": ["REGISTRY_UNREADABLE", (path) => symlink(basename(path), path)],
  "a link to nothing": ["REGISTRY_NOT_FOUND", (path) => symlink("nowhere", path)],
  "an empty file": ["REGISTRY_SYNTAX", (path) => writeFile(path, "")],
  "a mark of UTF-8 alone": ["REGISTRY_SYNTAX", (path) => writeFile(path, "\ufeff")],
  "UTF-16 with its mark": ["REGISTRY_ENCODING", (path) => writeFile(path, `\ufeff${REGISTRY}`, "utf16le")],
  "UTF-16 without it": ["REGISTRY_ENCODING", (path) => writeFile(path, REGISTRY, "utf16le")],
  "UTF-16 the other way round": [
    "REGISTRY_ENCODING",
    (path) => writeFile(path, Buffer.from(`\ufeff${REGISTRY}`, "utf16le").swap16()),
  ],
  "Latin-1": ["REGISTRY_ENCODING", (path) => writeFile(path, REGISTRY.replace("shop", "café"), "latin1")],
  "a picture": ["REGISTRY_ENCODING", (path) => writeFile(path, Buffer.from("89504e470d0a1a0a0000000d", "hex"))],
  YAML: ["REGISTRY_SYNTAX", (path) => writeFile(path, "name: shop\nservices:\n  web: {}\n")],
  "JSON with comments": ["REGISTRY_SYNTAX", (path) => writeFile(path, `// mine\n${REGISTRY}`)],
  "a list": ["REGISTRY_TYPE", (path) => writeFile(path, "[]")],
};

for (const [what, [code, make]] of Object.entries(INSTEAD))
  test(`${what} is no registry: ${code}`, async () => {
    await withRegistry(async (folder) => {
      await rm(join(folder, FILE));
      await make(join(folder, FILE));
      const findings = await refused(folder);
      assert.deepEqual(
        findings.map((finding) => finding.code),
        code === "REGISTRY_SYNTAX" ? findings.map(() => code) : [code],
      );
    });
  });

test("a registry may be a link, also to a file elsewhere", async () => {
  await withRegistry(async (folder) => {
    await mkdir(join(folder, "real"));
    await rename(join(folder, FILE), join(folder, "real", FILE));
    await symlink(join("real", FILE), join(folder, FILE));
    assert.equal((await runCli(folder, ["gen"])).exitCode, 0);
  });
});

test("images.lock.json is read with the same care", async () => {
  for (const [code, make] of Object.values(INSTEAD)) {
    if (code === "REGISTRY_NOT_FOUND") continue;
    await withRegistry(async (folder) => {
      await make(join(folder, "images.lock.json"));
      for (const { where } of await refused(folder)) assert.match(where, /^images\.lock\.json/);
    });
  }
});

/** Ten megabytes each, or as many services as are read. */
const NONSENSE: Readonly<Record<string, () => string>> = {
  "one letter": () => "x".repeat(TEN_MEGABYTES),
  "a word a line": () => "x\n".repeat(TEN_MEGABYTES / 2),
  zeros: () => "\0".repeat(TEN_MEGABYTES),
  "open brackets": () => "[".repeat(TEN_MEGABYTES),
  "open objects": () => '{"a":'.repeat(TEN_MEGABYTES / 5),
  "a text without an end": () => `"${"a".repeat(TEN_MEGABYTES)}`,
  "a long list": () => `[${"1,".repeat(TEN_MEGABYTES / 2)}1]`,
  "a long list inside": () => `{"a":[${"1,".repeat(TEN_MEGABYTES / 2 - 10)}1]}`,
  "keys that nobody knows": () => `{${entries(600_000, (i) => `"k${i}":1`)}}`,
  "one key again and again": () => `{${'"a":1,'.repeat(1_500_000)}"a":1}`,
  "variables that are numbers": () =>
    platform(`"a":{"image":"a:1","env":{${entries(300_000, (i) => `"K${i}":${i}`)}}}`),
  "hundred thousand services": () => platform(entries(100_000, (i) => `"s${i}":{"image":"a:1"}`)),
  "hundred thousand services, none of them one": () => platform(entries(100_000, (i) => `"s${i}":1`)),
  "services without anything": () => platform(entries(5000, (i) => `"s${i}":{}`)),
  "services that are none": () => platform(entries(5000, (i) => `"s${i}":{"imag":"x","replicas":"2"}`)),
  "services that misname each other": () =>
    platform(entries(5000, (i) => `"service-${i}":{"image":"a:1","dependsOn":{"service-${i}x":{}}}`)),
  "one circle of services": () =>
    platform(entries(5000, (i) => `"s${i}":{"image":"a:1","dependsOn":{"s${(i + 1) % 5000}":{}}}`)),
  "services that share one name": () =>
    platform(entries(5000, (i) => `"s${i}":{"image":"a:1","serviceAccount":{"name":"same"}}`)),
};

const TEN_MEGABYTES = 10_000_000;

for (const [what, text] of Object.entries(NONSENSE))
  test(`${what}: told in a few seconds, a gigabyte and fifty findings`, async () => {
    await withRegistry(async (folder) => {
      await writeFile(join(folder, FILE), text());
      const args = ["--import", resolve("test/support/usage.mjs"), resolve("tools/slipway.mjs"), "gen"];
      const { exitCode, stdout, stderr } = await runProgram(folder, args);
      assert.deepEqual([exitCode, stdout], [1, ""]);
      assertNoStack(stderr);
      const told = stderr.split(/^error: /m).length - 1;
      assert.ok(told >= 1 && told <= 50, `${told} findings`);
      assert.ok(stderr.length < 40_000, `${stderr.length} characters`);
      const usage = JSON.parse(stderr.trim().split("\n").at(-1) ?? "") as { cpuMs: number; maxRssMiB: number };
      assert.ok(usage.cpuMs < 30_000 && usage.maxRssMiB < 1300, JSON.stringify(usage));
      assert.ok(!existsSync(join(folder, "k8s")));
    });
  });

test("what is not shown is counted, and told to machines", async () => {
  await withRegistry(async (folder) => {
    await writeFile(join(folder, FILE), platform(entries(1200, (i) => `"s${i}":{"imag":"x"}`)));
    const { stderr } = await runCli(folder, ["gen"]);
    assert.match(stderr, /^… and 1150 more findings: --json tells all of them$/m);
    assert.match(stderr, /services\.s0 has no field "imag"/);
    const findings = await refused(folder);
    assert.equal(findings.length, 1200);
  });
});

test("a registry of more bytes than are read is refused by its size", async () => {
  const large = `${REGISTRY}${" ".repeat(11 * 2 ** 20)}`;
  const [finding] = await findingsIn(large);
  assert.deepEqual([finding?.code, finding?.where], ["REGISTRY_TOO_LARGE", FILE]);
  assert.match(`${finding?.message}`, new RegExp(`${Buffer.byteLength(large)} bytes; more than 10485760`));
});

test("brackets in texts are no nesting", async () => {
  const text = REGISTRY.replace(
    '"image": "shop/web:1.0"',
    `"image": "shop/web:1.0", "description": "\\"${"[{".repeat(300)}"`,
  );
  assert.deepEqual(await findingsIn(text), []);
});

for (const [what, edit] of [
  ["a build context above", ['"context": "base"', '"context": »"../base"']],
  ["an absolute build context", ['"context": "web"', '"context": »"/srv/web"']],
  ["a build context on a drive", ['"context": "web"', '"context": »"C:\\\\web"']],
  ["a build context above, as Windows has it", ['"context": "web"', '"context": »"web\\\\..\\\\..\\\\x"']],
  ["a mock's build context", ['"context": "mock"', '"context": »"../mock"']],
  ["a Dockerfile above", ['"context": "web"', '"context": "web", "dockerfile": »"../../Dockerfile"']],
  ["a file above", ['"source": "config/start.sh"', '"source": »"../start.sh"']],
] as const)
  test(`${what} leaves the repository`, async () => {
    const { text, wheres } = mistaken([edit]);
    const findings = await findingsIn(text);
    assert.deepEqual(
      findings.map(({ code, where }) => [code, where]),
      [["FILE_OUTSIDE", wheres[0]]],
    );
  });

test("a Dockerfile beside the context is in the repository", async () => {
  const { text } = mistaken([['"context": "web"', '"context": "web", "dockerfile": "../docker/web.Dockerfile"']]);
  assert.deepEqual(await findingsIn(text), []);
});

test("a pipe where a named file must be is refused, and not waited for", async () => {
  const pipe = (folder: string): void => {
    execFileSync("rm", [join(folder, "config/start.sh")]);
    execFileSync("mkfifo", [join(folder, "config/start.sh")]);
  };
  const findings = await findingsIn(REGISTRY, async (folder) => pipe(folder));
  assert.deepEqual(
    findings.map(({ code }) => code),
    ["FILE_NOT_FOUND"],
  );
});

/** Runs `gen`, which must refuse, and write nothing. */
async function refused(folder: string): Promise<readonly Finding[]> {
  const [plain, json] = await Promise.all([runCli(folder, ["gen"]), runCli(folder, ["gen", "--json"])]);
  assert.deepEqual([plain.exitCode, plain.stdout, json.exitCode, json.stderr], [1, "", 1, ""]);
  assertNoStack(plain.stderr);
  assert.ok(!existsSync(join(folder, "k8s")) && !existsSync(join(folder, "overlays")));
  const { findings } = JSON.parse(json.stdout) as { findings: readonly Finding[] };
  assert.ok(findings.length > 0);
  for (const { where, message, fix } of findings)
    for (const words of [where, message, fix]) assert.ok(words.length > 3);
  return findings;
}

function platform(services: string): string {
  return `{"name":"x","namespaces":{"x":{}},"environments":{"local":{"profile":"local"}},"services":{${services}}}`;
}

function entries(count: number, entry: (i: number) => string): string {
  return Array.from({ length: count }, (_, i) => entry(i)).join(",");
}
