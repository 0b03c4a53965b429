import assert from "node:assert/strict";
import { test } from "node:test";
import { isAllReady } from "../../dev/core/current.ts";
import type { Command } from "../../dev/core/events.ts";
import { plan } from "../../dev/core/plan.ts";
import { type State, reduce } from "../../dev/core/state.ts";
import type { SyncStep } from "../../dev/core/step.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { NO_LIMITS, aRule, aService, aTarget, anImage, begun, held, planned, settle, succeeded } from "./fixture.ts";

// What happens without an image being built: files copied, pods replaced, services switched off, drift put right.

const finding = { code: "SYNC_FAILED", severity: "error", where: "here", message: "no shell", fix: "none" } as const;
const rules = [
  aRule("rebuild", "services/core/package.json"),
  aRule("restart", "services/core/settings"),
  aRule("sync", "services/core"),
];

function running(watch = rules, images = [anImage("core")]): State {
  return settle(begun(aTarget(images, [aService("core", { watch }), aService("db", { images: [] })])));
}

function saved(state: State, ...paths: string[]): State {
  return reduce(state, { type: "files-changed", paths, atMs: 5 });
}

function syncOf(state: State): SyncStep {
  const step = plan(state, NO_LIMITS).steps.find(({ type }) => type === "sync");
  assert.ok(step?.type === "sync", planned(state).join());
  return step;
}

function commanded(state: State, command: Command): State {
  return reduce(state, { type: "commanded", command, atMs: 5 });
}

test("a file with a rule is copied into what runs, and nothing is built", () => {
  const state = saved(running(), "services/core/main.ts");
  const { paths, tag } = syncOf(state);
  assert.deepEqual([planned(state), paths, tag], [["sync core"], ["services/core/main.ts"], "acme/core:0"]);
  const done = reduce(state, succeeded(state, syncOf(state)));
  assert.deepEqual([planned(done), isAllReady(done)], [[], true]);
});

test("of several rules the first one counts", () => {
  assert.deepEqual(planned(saved(running(), "services/core/package.json")), ["digest core"]);
  assert.deepEqual(planned(saved(running(), "services/core/settings/a.json")), ["restart core"]);
});

test("a batch with one file that must be built is built whole", () => {
  const state = saved(running(), "services/core/main.ts", "services/core/package.json");
  assert.deepEqual(planned(state), ["digest core"]);
  assert.deepEqual(planned(settle(state)), []);
});

test("what changes while it is being copied is copied again, and only that", () => {
  let state = saved(running(), "services/core/a.ts", "services/core/b.ts");
  const first = syncOf(state);
  state = saved(reduce(state, { type: "step-started", step: first, atMs: 0 }), "services/core/b.ts");
  assert.notEqual(syncOf({ ...state, running: new Map() }).key, first.key);
  state = reduce(state, { type: "step-finished", step: first, result: { type: "synced" }, ms: 1, atMs: 6 });
  assert.deepEqual(syncOf(state).paths, ["services/core/b.ts"]);
});

test("what cannot be copied is built, and so is everything after it until the new image runs", () => {
  let state = saved(running(), "services/core/main.ts");
  state = reduce(state, { type: "step-failed", step: syncOf(state), findings: [finding], ms: 1 });
  assert.deepEqual(planned(state), ["digest core"]);
  assert.deepEqual(planned(saved(state, "services/core/b.ts")), ["digest core"]);
  const built = settle(state);
  assert.equal(built.services.get("core")?.wanted?.digest.includes("acme/core:1"), true);
  assert.deepEqual(planned(saved(built, "services/core/main.ts")), ["sync core"]);
});

test("while an image is on its way its files are not copied", () => {
  const state = saved(running(), "services/core/package.json");
  assert.deepEqual(planned(saved(state, "services/core/main.ts")), ["digest core"]);
});

test("a shared folder is copied only where every user of its image has a rule for it", () => {
  const base = anImage("base", { isRun: false });
  const images = [base, ...["core", "web"].map((name) => anImage(name, { bases: [base.reference] }))];
  const watch = [aRule("sync", "services/base")];
  const both = settle(begun(aTarget(images, [aService("core", { watch }), aService("web", { watch })])));
  assert.deepEqual(planned(saved(both, "services/base/a.ts")), ["sync core", "sync web"]);
  const one = settle(begun(aTarget(images, [aService("core", { watch }), aService("web")])));
  assert.deepEqual(planned(saved(one, "services/base/a.ts")), ["digest base"]);
});

test("a key replaces the pods of a service, or of all", () => {
  const state = commanded(running(), { type: "restart", service: "core" });
  assert.deepEqual([planned(state), isAllReady(state)], [["restart core"], false]);
  const restarted = ["restart", "observe"].reduce((now, type) => {
    const step = plan(now, NO_LIMITS).steps[0];
    assert.equal(step?.type, type);
    return reduce(now, succeeded(now, step));
  }, state);
  assert.ok(isAllReady(restarted));
  assert.deepEqual(planned(commanded(running(), { type: "restart", service: null })), ["restart core", "restart db"]);
});

test("a key builds the same content again under another tag, and replaces what is not built here", () => {
  const state = commanded(running(), { type: "rebuild", service: null });
  assert.deepEqual(planned(state), ["digest core", "restart db"]);
  assert.ok(isAllReady(settle(state)));
});

test("while it is paused nothing is begun, and nothing is forgotten", () => {
  const paused = saved(commanded(running(), { type: "pause" }), "services/core/main.ts");
  assert.deepEqual([planned(paused), held(paused)], [[], ["core: paused"]]);
  assert.deepEqual(planned(commanded(paused, { type: "resume" })), ["sync core"]);
});

test("a disabled service keeps its objects and has no pods, builds nothing, and holds nobody back", () => {
  const off = commanded(running(), { type: "disable", service: "core" });
  assert.deepEqual(planned(off), ["apply core"]);
  const objects = off.services.get("core")?.wanted?.objects as readonly (KubeObject & { spec: { replicas: number } })[];
  assert.deepEqual(
    objects.map(({ spec }) => spec.replicas),
    [0],
  );
  const settled = settle(off);
  assert.deepEqual([planned(saved(settled, "services/core/package.json")), isAllReady(settled)], [[], true]);
  const on = settle(commanded(saved(settled, "services/core/package.json"), { type: "enable", service: "core" }));
  assert.equal(on.services.get("core")?.wanted?.digest.includes("acme/core:1"), true);
});

test("drift is put right, also when it comes while the same thing is being applied", () => {
  let state = reduce(running(), { type: "drifted", service: "db", objects: ["Deployment/db"] });
  assert.deepEqual(planned(state), ["apply db"]);
  const step = plan(state, NO_LIMITS).steps[0];
  assert.ok(step);
  state = reduce(state, { type: "step-started", step, atMs: 0 });
  state = reduce(state, { type: "drifted", service: "db", objects: ["Deployment/db"] });
  assert.deepEqual(planned(reduce(state, { type: "step-cancelled", step })), ["apply db"]);
  assert.deepEqual(planned(reduce(running(), { type: "drifted", service: null, objects: ["Namespace/acme"] })), [
    "prepare namespaces",
  ]);
});

test("what could not be reached is tried again, what was refused is not", () => {
  const state = reduce(running(), { type: "drifted", service: "db", objects: [] });
  const step = plan(state, NO_LIMITS).steps[0];
  assert.ok(step);
  const failed = (code: string): State =>
    reduce(reduce(state, { type: "step-failed", step, findings: [{ ...finding, code }], ms: 1 }), {
      type: "retry-due",
    });
  assert.deepEqual(planned(failed("CLUSTER_UNREACHABLE")), ["apply db"]);
  assert.deepEqual(planned(failed("APPLY_REFUSED")), []);
});
