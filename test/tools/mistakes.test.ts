import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import type { Finding } from "../../tools/lib/errors.ts";
import { type Edit, REGISTRY, findingsIn, mistaken } from "../support/build-registry.ts";
import { FIELDS } from "../support/mistakes-of-fields.ts";
import { NAMES } from "../support/mistakes-of-names.ts";
import { NETWORK } from "../support/mistakes-of-network.ts";
import { PAIRS } from "../support/mistakes-of-pairs.ts";
import { PODS } from "../support/mistakes-of-pods.ts";
import { ROUTES } from "../support/mistakes-of-routes.ts";
import { PLATFORM } from "../support/mistakes-of-platform.ts";
import { type Mistake, SHAPE } from "../support/mistakes-of-shape.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// Every mistake is told once, at its place in the file, with a fix that names the right thing.

const MISTAKES = [...SHAPE, ...NAMES, ...PAIRS, ...FIELDS, ...PODS, ...NETWORK, ...ROUTES, ...PLATFORM];

for (const mistake of MISTAKES) test(`${mistake.name}: it is told where it stands`, () => assertTold(mistake));

test("a registry without mistakes is read without a word", async () => {
  assert.deepEqual(await findingsIn(REGISTRY), []);
});

test("the names of mistakes are distinct, and there are many", () => {
  const names = MISTAKES.map(({ name }) => name);
  assert.equal(new Set(names).size, names.length);
  assert.ok(names.length >= 100, `${names.length}`);
});

for (const [text, code] of [
  ["", "REGISTRY_SYNTAX"],
  [" \n\n", "REGISTRY_SYNTAX"],
  ["[]", "REGISTRY_TYPE"],
  ["null", "REGISTRY_TYPE"],
  ["42", "REGISTRY_TYPE"],
  ['"text"', "REGISTRY_TYPE"],
] as const)
  test(`${JSON.stringify(text)} is no registry`, async () => {
    const [finding, ...others] = await findingsIn(text);
    assert.deepEqual([finding?.code, finding?.where, others], [code, "services.json:1:1", []]);
    assert.match(finding?.message ?? "", /^the file /);
  });

test("an empty object lacks four things, and each is named", async () => {
  const findings = await findingsIn("{}");
  assert.deepEqual(new Set(findings.map(({ code }) => code)), new Set(["REGISTRY_MISSING"]));
  const said = findings.map(({ fix }) => fix).join("\n");
  for (const field of ["name", "namespaces", "environments", "services"]) assert.match(said, new RegExp(`"${field}"`));
});

test("the mark with which some editors begin a file is no mistake", async () => {
  assert.deepEqual(await findingsIn(`\ufeff${REGISTRY}`), []);
});

test("lines may end as they do on Windows: places stay the same", async () => {
  const { text, wheres } = mistaken([['"replicas": 2', '»"replcas": 2']]);
  const findings = await findingsIn(text.replaceAll("\n", "\r\n"));
  assert.deepEqual(
    findings.map(({ where }) => where),
    wheres,
  );
});

test("all mistakes are told in one run, in the order of the file", async () => {
  const shape = await told([
    ['"owner": "team-shop",', '»"ownr": "team-shop", »"nam": "x",'],
    ['"profile": "local"', '"profile": »"locl"'],
    ['"mode": "0555"', '"mode": »555'],
    ['"replicas": 2', '"replicas": »"2"'],
    ['"minReplicas": 2', '»"minReplica": 2'],
  ]);
  assert.deepEqual(
    shape.map(({ code }) => code),
    [
      "REGISTRY_UNKNOWN_KEY",
      "REGISTRY_UNKNOWN_KEY",
      "REGISTRY_VALUE",
      "REGISTRY_TYPE",
      "REGISTRY_TYPE",
      "REGISTRY_UNKNOWN_KEY",
    ],
  );
  const meaning = await told([
    ['"registry": "harbor"', '»"registry": "habor"'],
    ['"source": "config/start.sh"', '"source": »"config/missing.sh"'],
    ['"PASSWORD": { "secret": "database"', '"PASSWORD": »{ "secret": "databse"'],
    ['"path": "/api", "port": "http"', '"path": "/api", "port": »"htp"'],
    ['"volume": "media"', '"volume": »"medai"'],
    [
      '"podDisruptionBudget": { "minAvailable": 1 }',
      '"podDisruptionBudget": »{ "minAvailable": 1, "maxUnavailable": 1 }',
    ],
  ]);
  assert.deepEqual(
    meaning.map(({ code }) => code),
    ["REGISTRY_HOST_UNKNOWN", "FILE_NOT_FOUND", "SECRET_UNKNOWN", "PORT_UNKNOWN", "VOLUME_UNKNOWN", "BUDGET_BOTH"],
  );
});

test("two mistakes at one place are both told", async () => {
  const findings = await told([
    ['"POD": { "field": "metadata.name" }', '"POD": »»"${services.one.host} ${services.two.host}"'],
  ]);
  assert.match(findings.map(({ message }) => message).join("\n"), /"one"[^]*"two"/);
});

test("each environment that lacks something is named", async () => {
  const { text } = mistaken([
    [', "host": "localhost"', ""],
    [', "host": "shop.internal"', ""],
  ]);
  const fixes = (await findingsIn(text)).map(({ fix }) => fix);
  for (const environment of ["local", "enclave"])
    assert.equal(fixes.filter((fix) => fix.includes(`environments.${environment}.ingress`)).length, 2);
});

test("a file must lie below the registry, and be there", async () => {
  for (const [path, code, fix] of [
    ["config/missing.sh", "FILE_NOT_FOUND", /create it/],
    ["config", "FILE_NOT_FOUND", /correct the path/],
    ["../start.sh", "FILE_OUTSIDE", /below it/],
    ["/etc/hostname", "FILE_OUTSIDE", /below it/],
    ["config/../../x", "FILE_OUTSIDE", /below it/],
  ] as const) {
    const [finding] = await told([['"source": "config/start.sh"', `"source": »"${path}"`]]);
    assert.equal(finding?.code, code, path);
    assert.match(finding?.fix ?? "", fix);
  }
});

test("a file whose name begins with dots is below the registry", async () => {
  const { text } = mistaken([['"source": "config/start.sh"', '"source": "..start.sh"']]);
  assert.deepEqual(await findingsIn(text, (folder) => writeFile(join(folder, "..start.sh"), "x")), []);
});

test("a link may not lead out of the repository; within it may", async () => {
  await inTemporaryFolder(async (outside) => {
    await writeFile(join(outside, "secret"), "x");
    const { text, wheres } = mistaken([['"source": "config/start.sh"', '"source": »"config/link/secret"']]);
    const link = async (folder: string, to: string): Promise<void> => symlink(to, join(folder, "config/link"));
    const [finding, ...others] = await findingsIn(text, (folder) => link(folder, outside));
    assert.deepEqual([finding?.code, finding?.where, others], ["FILE_OUTSIDE", wheres[0], []]);
    assert.match(finding?.fix ?? "", /copy/);
    const inside = async (folder: string): Promise<void> => {
      await mkdir(join(folder, "real"));
      await writeFile(join(folder, "real/secret"), "x");
      await link(folder, "../real");
    };
    assert.deepEqual(await findingsIn(text, inside), []);
  });
});

test("a value of another source replaces what an environment inherits", async () => {
  const { text } = mistaken([
    [
      '"enclave": { "replicas": 3 }',
      '"enclave": { "env": { "PASSWORD": { "config": "db", "key": "PGDATA" }, "POD": "text" } }',
    ],
  ]);
  assert.deepEqual(await findingsIn(text), []);
});

test("half a source laid over a whole one is told where it is written", async () => {
  const [finding] = await told([
    ['"enclave": { "replicas": 3 }', '"enclave": { "env": { "PASSWORD": »{ "key": "password" } } }'],
  ]);
  assert.equal(finding?.code, "REGISTRY_MISSING");
});

test("what is misspelt in images.lock.json is told there", async () => {
  const findings = await findingsIn(REGISTRY, (folder) =>
    writeFile(join(folder, "images.lock.json"), '{\n  "postgres:16": { "digest": "sha256:12" }\n}\n'),
  );
  assert.deepEqual(
    findings.map(({ code, where }) => [code, where]),
    [["REGISTRY_VALUE", "images.lock.json:2:30"]],
  );
});

async function assertTold({ edits, finds }: Mistake): Promise<void> {
  const findings = await told(edits);
  assert.deepEqual(
    findings.map(({ code }) => code),
    finds.map(([code]) => code),
    JSON.stringify(findings, null, 2),
  );
  findings.forEach((finding, i) => {
    assert.match(finding.fix, finds[i]?.[1] ?? /^$/);
    assertReadable(finding);
  });
}

/** The findings of an edited registry, at the places that the edits mark. */
async function told(edits: readonly Edit[]): Promise<readonly Finding[]> {
  const { text, wheres } = mistaken(edits);
  const findings = await findingsIn(text);
  assert.deepEqual(
    findings.map(({ where }) => where),
    wheres,
    JSON.stringify(findings, null, 2),
  );
  const distinct = new Set(findings.map(({ code, where, message }) => `${code} ${where} ${message}`));
  assert.equal(distinct.size, findings.length, "a finding is told twice");
  return findings;
}

function assertReadable({ message, fix }: Finding): void {
  for (const words of [message, fix]) {
    assert.ok(words.length > 8, words);
    assert.doesNotMatch(words, /undefined|\[object|NaN|expected .* received|record|Invalid input|in environment null/);
  }
}
