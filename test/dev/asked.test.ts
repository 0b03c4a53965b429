import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type TestContext, test } from "node:test";
import { type Terminal, inTerminal, skipPty } from "../support/pty.ts";

// Without any cluster, whoever sits at a terminal is asked whether to make one. kind is a program that writes down what it
// was asked.

const CLI = resolve("dev/cli.ts");
const options = { skip: skipPty, timeout: 120_000 };
const QUESTION = /Use this platform's own kind cluster, and make it if need be\? \[Y\/n\]/;

test("no is an answer: nothing is made, and what is missing is told", options, async (t) => {
  const { terminal, kindCalls } = alone(t);
  await terminal.until(QUESTION);
  terminal.type("n\r");
  assert.match(await terminal.until(/done \d+/), /CONTEXT_MISSING[^]*done 1/);
  assert.deepEqual(kindCalls(), []);
});

test("Enter is yes: kind is asked for the cluster that the registry describes", options, async (t) => {
  const { terminal, kindCalls } = alone(t);
  await terminal.until(QUESTION);
  terminal.type("\r");
  await terminal.until(/KIND_FAILED[^]*done 1/);
  assert.deepEqual(kindCalls(), ["get clusters", "create cluster --name made --config - --wait 120s"]);
});

/** A session of a platform whose kubeconfig names no cluster. */
function alone(t: TestContext): { readonly terminal: Terminal; readonly kindCalls: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), "slipway-asked-"));
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  writeFileSync(
    join(folder, "kind"),
    `#!/bin/sh\necho "$@" >> ${calls}\n[ "$1" = get ] || { echo "ERROR: no"; exit 1; }\n`,
  );
  chmodSync(join(folder, "kind"), 0o755);
  writeFileSync(join(folder, "kubeconfig"), "");
  const web = { image: "busybox:1.36" };
  const environments = { local: { profile: "local", cluster: { name: "made" } } };
  writeFileSync(
    join(folder, "services.json"),
    JSON.stringify({ name: "asked", namespaces: { asked: {} }, environments, services: { web } }),
  );
  const env = { PATH: `${folder}:${process.env["PATH"]}`, KUBECONFIG: join(folder, "kubeconfig") };
  const terminal = inTerminal(`node --import tsx ${CLI} --root ${folder}; echo done $?`, env);
  t.after(() => {
    terminal.kill();
    rmSync(folder, { recursive: true, force: true });
  });
  return { terminal, kindCalls: () => readFileSync(calls, "utf8").split("\n").filter(Boolean) };
}
