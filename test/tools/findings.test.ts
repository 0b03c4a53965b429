import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../tools/lib/errors.ts";
import { formatFindings } from "../../tools/lib/findings.ts";
import { codesIn, runCli, withRegistry } from "../support/run-cli.ts";

// The same finding of several places is told once; nothing of it is lost.

const plain = (_: string, text: string): string => text;

function finding(
  where: string,
  message = "it is wrong",
  severity: Finding["severity"] = "error",
  fix = "mend it",
): Finding {
  return { code: "X", severity, where, message, fix };
}

test("places are told together, environments in braces", () => {
  const findings = [
    "overlays/a Deployment/x",
    "overlays/b Deployment/x",
    "overlays/a Job/y",
    "overlays/b Job/y",
    "Dockerfile:3",
  ];
  assert.deepEqual(
    formatFindings(
      findings.map((where) => finding(where)),
      plain,
    ),
    ["error: it is wrong\n  at   Dockerfile:3\n  at   overlays/{a,b} Deployment/x, Job/y\n  fix  mend it\n  code X"],
  );
});

test("different words with the same fix stand above it", () => {
  const text = formatFindings([finding("one", "this"), finding("two", "that")], plain);
  assert.deepEqual(text, ["error: this\n  at   one\nerror: that\n  at   two\n  fix  mend it\n  code X"]);
});

test("another fix is another finding, and errors come last", () => {
  const text = formatFindings(
    [finding("a"), finding("b", "it is wrong", "warning"), finding("c", "it is wrong", "error", "else")],
    plain,
  );
  assert.deepEqual(
    text.map((one) => one.split("\n")[0]),
    ["warning: it is wrong", "error: it is wrong", "error: it is wrong"],
  );
});

test("of very many places the first are told, and how many more there are", () => {
  const [text = ""] = formatFindings(
    Array.from({ length: 20 }, (_, i) => finding(`file-${i}`)),
    plain,
  );
  assert.equal(text.split("\n").filter((line) => line.startsWith("  at")).length, 9);
  assert.match(text, /and 12 more \(--json lists them\)/);
});

test("check tells a finding of several environments once, and --json each by itself", () =>
  withRegistry(async (folder) => {
    const told = await runCli(folder, ["check"]);
    assert.match(told.stderr, /at {3}overlays\/\{enclave,local\} Deployment\/api/);
    assert.match(told.stdout, /not here {2}sources of images, so not looked at: .*web \(web\)/);
    const { stdout } = await runCli(folder, ["check", "--json"]);
    assert.ok(codesIn(stdout).filter((code) => code === "SECRET_IN_VARIABLE").length >= 4);
    const { data } = JSON.parse(stdout) as { data: { answered: unknown[]; objects: number; notSeen: string[] } };
    assert.ok(data.answered.length > 0 && data.objects > 0 && data.notSeen.length === 4);
  }));

test("check looks at the environments that are named, and asks no exception of others to answer", () =>
  withRegistry(async (folder) => {
    const { stderr, exitCode } = await runCli(folder, ["check", "local"]);
    assert.equal(exitCode, 0);
    assert.doesNotMatch(stderr, /enclave|EXCEPTION_UNUSED/);
    const unknown = await runCli(folder, ["check", "enclav", "--json"]);
    assert.deepEqual([unknown.exitCode, codesIn(unknown.stdout)], [1, ["ENVIRONMENT_UNKNOWN"]]);
  }));

test("check --list names every check with its tags, for people and for machines", () =>
  withRegistry(async (folder) => {
    const { stdout } = await runCli(folder, ["check", "--list"]);
    assert.match(stdout, /^ {2}IMAGE_DIGEST +error +.*\(airgap, prod\)\n +.*checkov\/CKV_K8S_43/m);
    const { data } = JSON.parse((await runCli(folder, ["check", "--list", "--json"])).stdout) as {
      data: { code: string; tags: string[]; group: string }[];
    };
    assert.ok(data.length > 100 && data.every(({ group, tags }) => group !== "" && Array.isArray(tags)));
  }));
