import assert from "node:assert/strict";
import { test } from "node:test";
import type { Command } from "../../dev/core/events.ts";
import { plan } from "../../dev/core/plan.ts";
import { type State, reduce } from "../../dev/core/state.ts";
import { hasPods, switchedOff } from "../../dev/core/switched-off.ts";
import type { Target } from "../../dev/core/target.ts";
import { statusesOf } from "../../dev/ui/status.ts";
import { linesOf } from "../../dev/ui/view.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { NO_LIMITS, aPlatform, aService, aTarget, begun, planned, settle, succeeded } from "./fixture.ts";

// What the key `d` takes away: the pods of every kind that has some, whatever becomes of the image meanwhile.

function anObject(kind: string, spec: object): KubeObject {
  return { apiVersion: "v1", kind, metadata: { name: "core" }, spec };
}

function off(kind: string, spec: object): unknown {
  return switchedOff({ objects: [anObject(kind, spec)], digest: "d" }).objects[0]?.["spec"];
}

function commanded(state: State, type: "disable" | "enable", service = "core"): State {
  return reduce(state, { type: "commanded", command: { type, service }, atMs: 5 });
}

function wordOf(state: State, service = "core"): string | undefined {
  return statusesOf(state, plan(state, NO_LIMITS), new Map()).find(({ subject }) => subject === service)?.word;
}

test("each kind loses its pods in its own way, and keeps what else it says", () => {
  assert.deepEqual(off("Deployment", { replicas: 3, minReadySeconds: 1 }), { replicas: 0, minReadySeconds: 1 });
  assert.deepEqual(off("StatefulSet", { serviceName: "core" }), { serviceName: "core", replicas: 0 });
  assert.deepEqual(off("CronJob", { schedule: "* * * * *" }), { schedule: "* * * * *", suspend: true });
  assert.deepEqual(off("Job", { backoffLimit: 1 }), { backoffLimit: 1, suspend: true });
  const template = { metadata: { labels: { a: "b" } }, spec: { containers: [], nodeSelector: { disk: "fast" } } };
  assert.deepEqual(off("DaemonSet", { minReadySeconds: 1, template }), {
    minReadySeconds: 1,
    template: {
      metadata: { labels: { a: "b" } },
      spec: { containers: [], nodeSelector: { disk: "fast", "slipway.dev/disabled": "true" } },
    },
  });
});

test("what would bring pods back goes, what has none stays as it is", () => {
  const service = anObject("Service", { ports: [] });
  const objects = [anObject("HorizontalPodAutoscaler", {}), service];
  assert.deepEqual(switchedOff({ objects, digest: "d" }), { objects: [service], digest: "d-off" });
  assert.equal(hasPods({ objects, digest: "d" }), false);
});

test("a service without pods is not called disabled, and the log says why", () => {
  const platform = aTarget([], [aService("core", { images: [] })]);
  const draw = (): ReturnType<Target["draw"]> => ({ objects: [anObject("Service", { ports: [] })], digest: "d" });
  const before = settle(begun({ ...platform, draw }));
  const command: Command = { type: "disable", service: "core" };
  const event = { type: "commanded", command, atMs: 5 } as const;
  const state = reduce(before, event);
  assert.deepEqual([wordOf(state), planned(state)], ["ready", []]);
  const [told] = linesOf({ event, before, state, plan: plan(state, NO_LIMITS) });
  assert.deepEqual([told?.subject, told?.text], ["core", "it has no pods that could be taken away"]);
});

test("what is being built when it is disabled does not run on", () => {
  const saved = reduce(settle(begun(aPlatform())), {
    type: "files-changed",
    paths: ["services/core/main.ts"],
    atMs: 5,
  });
  const disabled = commanded(saved, "disable");
  assert.deepEqual([planned(disabled), wordOf(disabled)], [["apply core"], "stopping"]);
  const settled = settle(disabled);
  const [object] = settled.services.get("core")?.wanted?.objects ?? [];
  assert.deepEqual(object?.["spec"], { images: ["acme/core:0-0"], version: 1, replicas: 0 });
  assert.equal(wordOf(settled), "disabled");
  const enabled = commanded(settled, "enable");
  assert.deepEqual(planned(enabled), ["digest core"]);
  const [again] = settle(enabled).services.get("core")?.wanted?.objects ?? [];
  assert.deepEqual(again?.["spec"], { images: ["acme/core:1-0"], version: 1 });
});

test("what was never built is switched off as well, and before what it waits for", () => {
  const prepared = ((state: State): State => {
    const [step] = plan(state, NO_LIMITS).steps;
    assert.equal(step?.type, "prepare");
    return reduce(state, succeeded(state, step));
  })(begun(aPlatform()));
  const disabled = commanded(prepared, "disable");
  assert.ok(planned(disabled).includes("apply core"), planned(disabled).join());
  const settled = settle(disabled);
  assert.equal(wordOf(settled), "disabled");
  const again = commanded(settled, "enable");
  assert.equal(again.services.get("core")?.isStarted, false);
  assert.equal(wordOf(settle(again)), "ready");
});
