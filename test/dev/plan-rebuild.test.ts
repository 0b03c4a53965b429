import assert from "node:assert/strict";
import { test } from "node:test";
import { isAllReady } from "../../dev/core/current.ts";
import { plan } from "../../dev/core/plan.ts";
import { type State, reduce } from "../../dev/core/state.ts";
import type { BuildStep, Step } from "../../dev/core/step.ts";
import type { Target } from "../../dev/core/target.ts";
import { NO_LIMITS, aPlatform, begun, planned, settle, succeeded } from "./fixture.ts";

// What the key `r` has built: anew, once, and under a tag of its own.

const running = settle(begun(aPlatform()));

const asked = (state: State): State =>
  reduce(state, { type: "commanded", command: { type: "rebuild", service: "core" }, atMs: 5 });

const saved = (state: State): State =>
  reduce(state, { type: "files-changed", paths: ["services/core/main.ts"], atMs: 5 });

const read = (state: State, target: Target): State => reduce(state, { type: "target-read", target, atMs: 5 });

/** The state in which an image is about to be built, once it is known what it is. */
function digested(state: State): State {
  return reduce(state, succeeded(state, stepOf(state, "digest")));
}

function stepOf<Type extends Step["type"]>(state: State, type: Type): Extract<Step, { type: Type }> {
  const isOfType = (step: Step): step is Extract<Step, { type: Type }> => step.type === type;
  return plan(state, NO_LIMITS).steps.find(isOfType) ?? assert.fail(planned(state).join());
}

function built(state: State): Pick<BuildStep, "tag" | "isAnew"> {
  const { tag, isAnew } = stepOf(digested(state), "build");
  return { tag, isAnew };
}

test("a key builds the same content again under another tag", () => {
  assert.deepEqual(planned(asked(running)), ["digest core"]);
  assert.deepEqual(built(asked(running)), { tag: "acme/core:0-r1-0", isAnew: true });
  assert.ok(isAllReady(settle(asked(running))));
});

test("anew is built what was asked for and not done yet, and nothing after it", () => {
  const overtaken = saved(digested(asked(running)));
  assert.deepEqual(built(overtaken), { tag: "acme/core:1-r1-0", isAnew: true });
  const later = saved(settle(overtaken));
  assert.deepEqual(built(later), { tag: "acme/core:2-r1-0", isAnew: false });
  assert.deepEqual(built(asked(later)), { tag: "acme/core:2-r2-0", isAnew: true });
});

test("a rebuild that failed is still asked for when the file is mended", () => {
  const building = digested(asked(running));
  const step = stepOf(building, "build");
  const failed = reduce(building, { type: "step-failed", step, findings: [], ms: 1 });
  assert.deepEqual(planned(failed), []);
  assert.deepEqual(built(saved(failed)), { tag: "acme/core:1-r1-0", isAnew: true });
});

test("an image that the registry lost and got back is never taken for its own earlier rebuild", () => {
  const { images, services } = aPlatform();
  const only = (names: readonly string[]): Target => ({
    ...aPlatform(),
    images: images.filter(({ name }) => names.includes(name)),
    services: services.filter(({ name }) => names.includes(name)),
  });
  const without = settle(read(settle(asked(running)), only(["db"])));
  const back = settle(read(without, aPlatform()));
  assert.deepEqual(built(asked(back)), { tag: "acme/core:0-r2-0", isAnew: true });
});
