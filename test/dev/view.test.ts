import assert from "node:assert/strict";
import { test } from "node:test";
import type { LoopEvent } from "../../dev/core/events.ts";
import { plan } from "../../dev/core/plan.ts";
import { type State, reduce } from "../../dev/core/state.ts";
import { kubectlCommands } from "../../dev/print-kubectl.ts";
import { recordOf } from "../../dev/ui/ndjson.ts";
import { formatLine } from "../../dev/ui/plain.ts";
import { duration, linesOf } from "../../dev/ui/view.ts";
import { NO_LIMITS, aPlatform, aService, aTarget, anImage, begun, settle, succeeded } from "./fixture.ts";

const finding = {
  code: "BUILD_FAILED",
  severity: "error",
  where: "core/Dockerfile:3",
  message: "RUN npm ci exited with code 1: npm error",
  fix: "correct it",
} as const;

function turnOf(before: State, event: LoopEvent) {
  const state = reduce(before, event);
  return { event, before, state, plan: plan(state, NO_LIMITS) };
}

/** What is printed for an event, without colours. */
function printed(before: State, event: LoopEvent): string[] {
  return linesOf(turnOf(before, event)).map((line) => formatLine(line, 10, (_, text) => text));
}

function stepOf(state: State, name: string) {
  return plan(state, NO_LIMITS).steps.find(({ type, subject }) => `${type} ${subject}` === name) ?? assert.fail(name);
}

test("a stage is one line: who, what, how long, which image", () => {
  const before = ["base", "core"].reduce(
    (state) =>
      reduce(
        state,
        succeeded(state, plan(state, NO_LIMITS).steps.find(({ type }) => type === "digest") ?? assert.fail()),
      ),
    begun(aPlatform()),
  );
  const event = { ...succeeded(before, stepOf(before, "build base")), ms: 1234 } as LoopEvent;
  assert.deepEqual(printed(before, event), ["base        build        1.2 s  acme/base:0"]);
});

test("a failure is one line with place, cause, fix and code", () => {
  const before = begun(aPlatform());
  assert.deepEqual(
    printed(before, { type: "step-failed", step: stepOf(before, "digest base"), findings: [finding], ms: 3 })[0],
    "base        failed        3 ms  core/Dockerfile:3: RUN npm ci exited with code 1: npm error; fix: correct it [BUILD_FAILED]",
  );
});

test("the same trouble is told once", () => {
  const before = settle(begun(aPlatform()));
  const event = { type: "service-troubled", service: "core", finding, isFinal: false } as const;
  assert.equal(printed(before, event).length, 1);
  assert.deepEqual(printed(reduce(before, event), { ...event, isFinal: true }), []);
});

test("a save with the same content says that nothing is to be done", () => {
  const ready = settle(begun(aPlatform()));
  const saved = { type: "files-changed", paths: ["services/core/main.ts"], atMs: 0 } as const;
  assert.deepEqual(printed(ready, saved), ["core        saved               services/core/main.ts"]);
  const before = reduce(ready, saved);
  const same = {
    type: "step-finished",
    step: stepOf(before, "digest core"),
    result: { type: "digested", tag: ready.images.get("acme/core:dev")?.tag ?? "" },
    ms: 2,
    atMs: 1,
  } as const;
  assert.deepEqual(printed(before, same), ["core        unchanged     2 ms  same content: nothing to do"]);
});

test("everything Ready is said once, with the ways in", () => {
  const target = aTarget(
    [],
    [aService("web", { images: [], forwards: [{ port: "http", containerPort: 80, localPort: 8080 }] })],
  );
  let before = begun(target);
  for (const name of ["prepare namespaces", "prune removed", "apply web"])
    before = reduce(before, succeeded(before, stepOf(before, name)));
  assert.deepEqual(
    printed(before, succeeded(before, stepOf(before, "observe web"))).map((text) => text.replaceAll(/ +/g, " ")),
    ["web ready 1 ms", "all ready 1 service web http://localhost:8080"],
  );
});

test("whoever waits for another one's failure says so when nothing moves any more", () => {
  const target = aTarget(
    [anImage("base", { isRun: false }), anImage("web", { bases: ["acme/base:dev"] })],
    [aService("web")],
  );
  let before = begun(target);
  for (const name of ["prepare namespaces", "prune removed", "digest base", "digest web"])
    before = reduce(before, succeeded(before, stepOf(before, name)));
  const lines = printed(before, {
    type: "step-failed",
    step: stepOf(before, "build base"),
    findings: [finding],
    ms: 1,
  });
  assert.match(lines[1] ?? "", /^web +waits +for base, which it is built on$/);
});

test("the time since the change counts all stages", () => {
  let before = settle(begun(aPlatform()));
  before = reduce(before, { type: "files-changed", paths: ["services/core/a"], atMs: 1000 });
  for (const name of ["digest core", "build core", "deliver core", "apply core"])
    before = reduce(before, succeeded(before, stepOf(before, name), 2000));
  assert.match(
    printed(before, succeeded(before, stepOf(before, "observe core"), 2900))[0] ?? "",
    /ready +1 ms {2}1\.9 s since the change$/,
  );
});

test("durations in words", () => {
  for (const [ms, text] of [
    [0.4, "0 ms"],
    [999.4, "999 ms"],
    [999.6, "1.0 s"],
    [61_250, "61.3 s"],
    [125_000, "2 min 5 s"],
  ] as const)
    assert.equal(duration(ms), text);
});

test("machines get one document per event, without the loop's own data", () => {
  const before = begun(aPlatform());
  const record = recordOf(turnOf(before, succeeded(before, stepOf(before, "digest base"))));
  assert.deepEqual(record, { type: "step-finished", stage: "digest", subject: "base", ms: 1, tag: "acme/base:0" });
});

test("the commands for doing it by hand come in the loop's own order", () => {
  const base = anImage("base", { isRun: false });
  const core = anImage("core", {
    bases: [base.reference],
    build: { ...anImage("core").build, contexts: { base: base.reference }, args: { A: "b c" } },
  });
  const target = aTarget(
    [base, core],
    [aService("core", { forwards: [{ port: "http", containerPort: 80, localPort: 8080 }] })],
  );
  assert.deepEqual(kubectlCommands(target, "kind-acme"), [
    "docker build --tag acme/base:dev services/base",
    "docker build --tag acme/core:dev --build-context base=docker-image://acme/base:dev --build-arg 'A=b c' services/core",
    "kind load docker-image acme/core:dev --name acme",
    "kubectl --context kind-acme apply --server-side --force-conflicts --field-manager=slipway -k overlays/local/namespaces",
    "kubectl --context kind-acme apply --server-side --force-conflicts --field-manager=slipway -k overlays/local/core",
    "kubectl --context kind-acme rollout status deployment/core -n acme",
    "kubectl --context kind-acme port-forward -n acme service/core 8080:80 &",
  ]);
});
