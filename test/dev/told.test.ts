import assert from "node:assert/strict";
import { test } from "node:test";
import type { Finding } from "../../tools/lib/errors.ts";
import type { Turn } from "../../dev/core/loop.ts";
import { plainDisplay } from "../../dev/ui/plain.ts";
import { aPlatform, aRule, aService, aTarget, anImage } from "./fixture.ts";
import { story } from "./screen-states.ts";

// What plain lines say, and how often.

const unreachable: Finding = {
  code: "CLUSTER_UNREACHABLE",
  severity: "error",
  where: "https://127.0.0.1:6443",
  message: "the API server does not answer",
  fix: "start the cluster",
};
const changed: Finding = { ...unreachable, code: "CONTEXT_CHANGED", message: "files changed while they were packed" };
const noTar: Finding = { ...unreachable, code: "SYNC_FAILED", where: "core", message: "the image has no shell" };

function told() {
  const lines: string[] = [];
  const display = plainDisplay(
    (text) => lines.push(text.trim()),
    (_, text) => text,
  );
  return { lines, told: story((turn: Turn) => display.turn(turn)) };
}

test("what fails in the same way again and again is told once, until something else happens to it", () => {
  const { lines, told: session } = told();
  session.happen({ type: "target-read", target: aPlatform(), atMs: 0 });
  const fails = (finding: Finding): void => {
    session.fail("prepare namespaces", finding, 10, 5);
    session.happen({ type: "retry-due" });
  };
  for (let time = 0; time < 5; time++) fails(unreachable);
  const failures = (): string[] => lines.filter((line) => line.startsWith("namespaces") && line.includes("failed"));
  assert.equal(failures().length, 1);
  fails({ ...unreachable, message: "the certificate has expired" });
  fails(unreachable);
  assert.equal(failures().length, 3);
  session.finish("prepare namespaces", 20, 5);
  session.happen({ type: "drifted", service: null, objects: ["Namespace/acme"] });
  fails(unreachable);
  assert.equal(failures().length, 4);
});

test("a context that changed while it was packed is no failure", () => {
  const { lines, told: session } = told();
  session.happen({ type: "target-read", target: aPlatform(), atMs: 0 });
  session.finish("digest base", 1, 1);
  session.fail("build base", changed, 10, 5);
  assert.deepEqual(lines, ["base      changed             while it was read: once more"]);
});

test("what cannot be copied is a warning, and says what is done instead", () => {
  const { lines, told: session } = told();
  const service = aService("core", { watch: [aRule("sync", "services/core/src")] });
  session.happen({ type: "target-read", target: aTarget([anImage("core")], [service]), atMs: 0 });
  session.settle(1);
  session.happen({ type: "files-changed", paths: ["services/core/src/a.ts"], atMs: 10 });
  lines.splice(0);
  session.fail("sync core", noTar, 20, 5);
  assert.deepEqual(lines, [
    "core      sync          5 ms  cannot be copied: the image has no shell: building the image instead [SYNC_FAILED]",
  ]);
});
