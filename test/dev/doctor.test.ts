import assert from "node:assert/strict";
import { test } from "node:test";
import { type Check, type Machine, finding } from "../../dev/doctor/check.ts";
import * as checks from "../../dev/doctor/index.ts";
import { readTarget } from "../../dev/sources/registry.ts";
import type { Exec, ExecResult } from "../../tools/lib/exec.ts";
import { systemExec } from "../../tools/lib/exec.ts";

// Each check is seen failing, on a machine that lacks what it looks for.

const absent: Exec = {
  run: () => Promise.reject(new Error("no such program")),
  start: () => Promise.reject(new Error("no such program")),
};

function saying(stdout: string): Exec {
  const result: ExecResult = { exitCode: 0, stdout, stderr: "", durationMs: 1 };
  return { ...absent, run: () => Promise.resolve(result) };
}

async function aMachine(more: Partial<Machine> = {}): Promise<Machine> {
  const read = await readTarget(".", { environment: null, only: null });
  return {
    exec: systemExec,
    read,
    context: null,
    dockerHost: undefined,
    root: ".",
    nodeVersion: "v22.1.0",
    platform: "linux",
    readText: () => Promise.resolve("524288\n"),
    space: () => Promise.resolve({ freeBytes: 50e9, totalBytes: 100e9 }),
    holderOf: () => Promise.resolve(null),
    ...more,
  };
}

async function codeOf(check: Check, more: Partial<Machine>): Promise<string> {
  const outcome = await check.look(await aMachine(more));
  return typeof outcome === "string" ? outcome : outcome.code;
}

const broken = finding("REGISTRY_INVALID", "services.json:1:1", "broken", "mend it");

test("what is missing is a finding with a code of its own", async () => {
  assert.equal(await codeOf(checks.node, { nodeVersion: "v20.18.3" }), "NODE_TOO_OLD");
  assert.equal(await codeOf(checks.kubectl, { exec: absent }), "KUBECTL_MISSING");
  assert.equal(
    await codeOf(checks.kubectl, { exec: saying('{"clientVersion": {"gitVersion": "v1.26.3"}}') }),
    "KUBECTL_TOO_OLD",
  );
  assert.equal(await codeOf(checks.kind, { exec: absent }), "KIND_MISSING");
  assert.equal(await codeOf(checks.registry, { read: broken }), "REGISTRY_INVALID");
  assert.equal(await codeOf(checks.inotify, { readText: () => Promise.resolve("8192\n") }), "INOTIFY_LIMITS");
  assert.equal(
    await codeOf(checks.disk, { space: () => Promise.resolve({ freeBytes: 9e9, totalBytes: 100e9 }) }),
    "DISK_FULL",
  );
  assert.equal(await codeOf(checks.context, { context: "no-such-context" }), "CONTEXT_UNKNOWN");
});

test("a port that is taken is told with who has it", async () => {
  const machine = await aMachine({ holderOf: () => Promise.resolve("node (pid 7)") });
  if ("code" in machine.read) return assert.fail();
  const [service] = machine.read.target.services;
  assert.ok(service);
  const services = [{ ...service, forwards: [{ port: "http", containerPort: 80, localPort: 8080 }] }];
  const read = { ...machine.read, target: { ...machine.read.target, services } };
  const outcome = await checks.ports.look({ ...machine, read });
  assert.ok(typeof outcome !== "string");
  assert.deepEqual([outcome.code, outcome.where], ["PORT_TAKEN", "localhost:8080"]);
  assert.match(outcome.message, /^node \(pid 7\) has the port/);
});

test("what is there is told in a few words", async () => {
  for (const check of [checks.node, checks.registry, checks.inotify, checks.disk, checks.ports]) {
    const outcome = await check.look(await aMachine());
    assert.ok(typeof outcome === "string" && outcome.length > 0, check.title);
  }
});
