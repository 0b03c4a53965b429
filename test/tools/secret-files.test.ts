import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { type GivenSecrets, readSecretFiles } from "../../tools/cluster/secret-files.ts";
import { userError } from "../../tools/lib/errors.ts";
import { type Exec, systemExec } from "../../tools/lib/exec.ts";
import type { SecretModel } from "../../tools/model/secret.ts";
import { writeDeep } from "../support/run-cli.ts";
import { inTemporaryFolder } from "../support/temporary.ts";

// Values of Secrets from files that git must not know.

const VALUE = "s3cr3t-value";

test("the keys of a Secret are read, and nothing else of the file", async () => {
  const text = `# for us\nexport user="a b"\npassword='${VALUE}'\nOTHER=x\n`;
  const { values, findings } = await readIn({ "secrets/app.env": text, ".gitignore": "secrets/\n" });
  assert.deepEqual(findings, []);
  assert.deepEqual(values, { app: { password: VALUE, user: "a b" } });
});

for (const [what, files, add, code, fix] of [
  ["is not there", { ".gitignore": "secrets/\n" }, [], "SECRET_FILE_MISSING", /NAME=value/],
  ["lacks a key", { "secrets/app.env": `password=${VALUE}\n`, ".gitignore": "*\n" }, [], "SECRET_FILE_KEY", /user=/],
  [
    "is tracked",
    { "secrets/app.env": `password=${VALUE}\nuser=x\n` },
    ["secrets/app.env"],
    "SECRET_FILE_TRACKED",
    /rm --cached/,
  ],
] as const)
  test(`a file that ${what} gives no value, and no finding shows one`, async () => {
    const { values, findings } = await readIn(files, add);
    assert.deepEqual(values, {});
    assert.deepEqual(
      findings.map((finding) => [finding.code, finding.severity, finding.where]),
      [[code, "error", "secrets/app.env"]],
    );
    assert.match(findings[0]?.fix ?? "", fix);
    assert.doesNotMatch(JSON.stringify(findings), new RegExp(VALUE));
  });

test("a file that git might take in is read, with a warning", async () => {
  const { values, findings } = await readIn({ "secrets/app.env": "password=x\nuser=y\n" });
  assert.deepEqual(values, { app: { password: "x", user: "y" } });
  assert.deepEqual(
    findings.map(({ code, severity }) => [code, severity]),
    [["SECRET_FILE_VISIBLE", "warning"]],
  );
});

test("a file outside of the registry's folder is not read", async () => {
  for (const file of ["../app.env", "/etc/hostname", "a/../../x"]) {
    const { findings } = await readIn({}, [], secret(file));
    assert.deepEqual(
      findings.map(({ code }) => code),
      ["FILE_OUTSIDE"],
      file,
    );
  }
});

test("without git, or outside of a repository, the file is read", async () => {
  const without: Exec = {
    ...systemExec,
    run: () => Promise.reject(userError("PROGRAM_MISSING", "git", "it is not there", "install it")),
  };
  for (const exec of [without, systemExec])
    await inTemporaryFolder(async (folder) => {
      await writeDeep(join(folder, "secrets/app.env"), "password=x\nuser=y\n");
      const { values, findings } = await readSecretFiles(folder, exec, [secret()]);
      assert.deepEqual([Object.keys(values), findings], [["app"], []]);
    });
});

test("Secrets of another origin are left alone", async () => {
  const given = await readIn({}, [], { ...secret(), from: "existing" });
  assert.deepEqual(given, { values: {}, findings: [] });
});

/** Reads the Secret's file in a repository that holds these files, of which `add` are tracked. */
function readIn(
  files: Readonly<Record<string, string>>,
  add: readonly string[] = [],
  wanted: SecretModel = secret(),
): Promise<GivenSecrets> {
  return inTemporaryFolder(async (folder) => {
    execFileSync("git", ["init", "--quiet"], { cwd: folder });
    for (const [path, text] of Object.entries(files)) await writeDeep(join(folder, path), text);
    if (add.length > 0) execFileSync("git", ["add", ...add], { cwd: folder });
    return readSecretFiles(folder, systemExec, [wanted]);
  });
}

function secret(envFile = "secrets/app.env"): SecretModel {
  return {
    name: "app",
    pointer: "/secrets/app",
    namespace: "a",
    type: "Opaque",
    description: null,
    from: "envFile",
    keys: { password: {}, user: {} },
    envFile,
    store: { name: "", kind: "ClusterSecretStore" },
    refreshInterval: "1h",
    readers: ["api"],
  };
}
