import assert from "node:assert/strict";
import { test } from "node:test";
import { affectedImages, isBelow } from "../../dev/core/affected.ts";
import { plan } from "../../dev/core/plan.ts";
import { isAllReady } from "../../dev/core/current.ts";
import { type State, reduce } from "../../dev/core/state.ts";
import {
  NO_LIMITS,
  aPlatform,
  aService,
  aTarget,
  anImage,
  begun,
  held,
  planned,
  settle,
  succeeded,
} from "./fixture.ts";

const finding = { code: "X", severity: "error", where: "here", message: "broken", fix: "mend it" } as const;

/** Does one planned step, named as `build core`. */
function did(state: State, name: string): State {
  const step = plan(state, NO_LIMITS).steps.find(({ type, subject }) => `${type} ${subject}` === name);
  assert.ok(step, `${name} is not planned: ${planned(state).join(", ")}`);
  return reduce(state, succeeded(state, step));
}

function failedAt(state: State, name: string): State {
  const step = plan(state, NO_LIMITS).steps.find(({ type, subject }) => `${type} ${subject}` === name);
  assert.ok(step, `${name} is not planned`);
  return reduce(state, { type: "step-failed", step, findings: [finding], ms: 1 });
}

test("a session begins with the namespaces and the digest of what is built on nothing", () => {
  const state = begun(aPlatform());
  assert.deepEqual(planned(state), ["prepare namespaces", "digest base"]);
  assert.deepEqual(held(state), [
    "core: base-not-built base",
    "db: not-prepared namespaces",
    "core: image-not-delivered core",
  ]);
});

test("an image waits for its base to be built, and a base is not delivered", () => {
  let state = did(did(begun(aPlatform()), "digest base"), "digest core");
  assert.deepEqual(planned(state), ["prepare namespaces", "build base"]);
  state = did(state, "build base");
  assert.deepEqual(planned(state), ["prepare namespaces", "build core"]);
  state = did(state, "build core");
  assert.deepEqual(planned(state), ["prepare namespaces", "deliver core"]);
});

test("a service waits until what it depends on has reached its condition", () => {
  let state = [
    "digest base",
    "digest core",
    "build base",
    "build core",
    "deliver core",
    "prepare namespaces",
    "prune removed",
    "apply db",
  ].reduce(did, begun(aPlatform()));
  assert.deepEqual(held(state), ["core: dependency-not-ready db"]);
  state = did(state, "observe db");
  assert.deepEqual(planned(state), ["apply core"]);
});

test("a service that depends on one outside this session does not wait for it", () => {
  const target = aTarget([], [aService("core", { images: [], dependsOn: [{ service: "db", condition: "healthy" }] })]);
  assert.deepEqual(planned(did(begun(target), "prepare namespaces")), ["prune removed", "apply core"]);
});

test("when everything is Ready there is nothing to do and nothing to wait for", () => {
  const state = settle(begun(aPlatform()));
  assert.deepEqual(plan(state, NO_LIMITS), { steps: [], holds: [] });
  assert.ok(isAllReady(state) && state.hasBeenReady);
});

test("a saved file concerns its image only", () => {
  const state = reduce(settle(begun(aPlatform())), {
    type: "files-changed",
    paths: ["services/core/main.ts"],
    atMs: 5,
  });
  assert.deepEqual(planned(state), ["digest core"]);
  assert.equal(state.services.get("core")?.changedAtMs, 5);
  assert.equal(state.services.get("db")?.changedAtMs, null);
});

test("the same content again is the end of it", () => {
  const ready = settle(begun(aPlatform()));
  const changed = reduce(ready, { type: "files-changed", paths: ["services/core/main.ts"], atMs: 5 });
  const step = plan(changed, NO_LIMITS).steps[0];
  assert.ok(step);
  const tag = ready.images.get("acme/core:dev")?.tag ?? "";
  const state = reduce(changed, { type: "step-finished", step, result: { type: "digested", tag }, ms: 1, atMs: 6 });
  assert.deepEqual(plan(state, NO_LIMITS), { steps: [], holds: [] });
  assert.equal(state.services.get("core")?.changedAtMs, null);
});

test("a changed base leads to its dependants, and to nothing else", () => {
  const { images, services } = aPlatform();
  const ready = settle(begun(aTarget([...images, anImage("web")], [...services, aService("web")])));
  let state = reduce(ready, { type: "files-changed", paths: ["services/base/a.ts"], atMs: 5 });
  const done: string[] = [];
  for (let [next] = planned(state); next !== undefined; [next] = planned(state)) {
    done.push(next);
    state = did(state, next);
  }
  const chain = [
    "digest base",
    "build base",
    "digest core",
    "build core",
    "deliver core",
    "apply core",
    "observe core",
  ];
  assert.deepEqual(done, chain);
  assert.ok(isAllReady(state));
  for (const untouched of ["web", "db"])
    assert.deepEqual(state.services.get(untouched), ready.services.get(untouched), untouched);
});

test("content that comes back is applied and observed again", () => {
  let state = settle(begun(aPlatform()));
  const first = state.images.get("acme/core:dev")?.tag ?? "";
  state = settle(reduce(state, { type: "files-changed", paths: ["services/core/a"], atMs: 1 }));
  state = reduce(state, { type: "files-changed", paths: ["services/core/a"], atMs: 2 });
  const digest = plan(state, NO_LIMITS).steps[0];
  assert.ok(digest);
  state = reduce(state, {
    type: "step-finished",
    step: digest,
    result: { type: "digested", tag: first },
    ms: 1,
    atMs: 3,
  });
  state = ["build core", "deliver core", "apply core"].reduce(did, state);
  assert.deepEqual(planned(state), ["observe core"]);
});

test("what has failed waits for a change; saving the same file again is a retry", () => {
  let state = failedAt(["digest base", "digest core", "build base"].reduce(did, begun(aPlatform())), "build core");
  assert.ok(held(state).includes("core: failed"));
  state = reduce(state, { type: "files-changed", paths: ["services/core/Dockerfile"], atMs: 5 });
  assert.ok(planned(state).includes("digest core"));
});

test("a registry that is read again is a new chance, and applies only what it changes", () => {
  const ready = settle(begun(aPlatform()));
  const target = aPlatform();
  const drawn = {
    ...target,
    draw: (service: string, tags: ReadonlyMap<string, string>) =>
      (service === "db" ? aPlatform(2) : target).draw(service, tags),
  };
  const state = reduce(ready, { type: "target-read", target: drawn, atMs: 5 });
  assert.deepEqual(planned(state), ["apply db"]);
});

test("a changed registry is read, once", () => {
  const state = reduce(settle(begun(aPlatform())), { type: "files-changed", paths: ["services.json"], atMs: 5 });
  assert.deepEqual(planned(state), ["read services.json"]);
});

test("a broken registry holds nothing back but itself", () => {
  let state = reduce(settle(begun(aPlatform())), { type: "files-changed", paths: ["services.json"], atMs: 5 });
  state = failedAt(state, "read services.json");
  assert.deepEqual(held(state), ["services.json: failed"]);
  state = reduce(state, { type: "files-changed", paths: ["services/core/a.ts"], atMs: 6 });
  assert.deepEqual(planned(state), ["digest core"]);
});

test("limits make the others wait for their turn; what runs counts and stays planned", () => {
  const target = aTarget([anImage("a"), anImage("b")], [aService("a"), aService("b")]);
  const limits = { parallel: { digest: 1 }, isOnce: false };
  let state = begun(target);
  const step = plan(state, limits).steps.find(({ type }) => type === "digest");
  assert.ok(step);
  assert.ok(held(state, limits).includes("b: slot"));
  state = reduce(state, { type: "step-started", step, atMs: 0 });
  assert.deepEqual(planned(state, limits), ["prepare namespaces", "digest a"]);
});

test("a successor starts only when the cancelled step of its lane is gone", () => {
  let state = ["digest base", "digest core", "build base"].reduce(did, begun(aPlatform()));
  const old = plan(state, NO_LIMITS).steps.find(({ type }) => type === "build");
  assert.ok(old);
  state = reduce(state, { type: "step-started", step: old, atMs: 0 });
  state = reduce(state, { type: "files-changed", paths: ["services/core/a"], atMs: 1 });
  assert.ok(planned(state).includes("build core"), "nobody knows yet whether the content is another one");
  state = did(state, "digest core");
  assert.ok(held(state).includes("core: cancelling"));
  state = reduce(state, { type: "step-cancelled", step: old });
  assert.ok(planned(state).includes("build core"));
});

test("nobody knows what a cancelled apply has done", () => {
  let state = ["prepare namespaces"].reduce(did, begun(aPlatform()));
  const step = plan(state, NO_LIMITS).steps.find(({ type }) => type === "apply");
  assert.ok(step);
  state = reduce(reduce(state, { type: "step-started", step, atMs: 0 }), { type: "step-cancelled", step });
  assert.equal(state.services.get("db")?.applied, null);
});

test("with --once final trouble ends the waiting, else it does not", () => {
  const target = aTarget([], [aService("db", { images: [] })]);
  let state = ["prepare namespaces", "prune removed", "apply db"].reduce(did, begun(target));
  state = reduce(state, { type: "service-troubled", service: "db", finding, isFinal: true });
  assert.deepEqual(planned(state), ["observe db"]);
  assert.deepEqual(held(state, { parallel: {}, isOnce: true }), ["db: failed db"]);
  assert.equal(isAllReady(state), false);
});

test("trouble that is gone, and trouble of what has been replaced, counts no more", () => {
  const ready = settle(begun(aPlatform()));
  const troubled = reduce(ready, { type: "service-troubled", service: "core", finding, isFinal: false });
  assert.equal(isAllReady(troubled), false);
  assert.ok(isAllReady(reduce(troubled, { type: "service-recovered", service: "core" })));
});

test("stopping plans nothing", () => {
  assert.deepEqual(plan(reduce(begun(aPlatform()), { type: "stop-requested" }), NO_LIMITS), { steps: [], holds: [] });
});

test("a path belongs to the contexts that it lies in", () => {
  for (const [path, folder, want] of [
    ["services/core/a.ts", "services/core", true],
    ["services/core-two/a.ts", "services/core", false],
    ["services/core", "services/core", true],
    ["a.ts", ".", true],
    ["web/a.ts", "./web/", true],
  ] as const)
    assert.equal(isBelow(path, folder), want, `${path} in ${folder}`);
  assert.deepEqual(affectedImages([anImage("a"), anImage("b")], ["services/b/x"]), ["acme/b:dev"]);
});
