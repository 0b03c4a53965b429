import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import type { Finding } from "../../tools/lib/errors.ts";
import type { Command, LoopEvent, StepResult } from "../../dev/core/events.ts";
import { plan } from "../../dev/core/plan.ts";
import { initialState } from "../../dev/core/state.ts";
import type { Step } from "../../dev/core/step.ts";
import { ndjsonDisplay } from "../../dev/ui/ndjson.ts";
import { NO_LIMITS, aPlatform, aRule, aService, anImage } from "./fixture.ts";
import { ABOUT, brokenBuild, crashed, story, unreachable } from "./screen-states.ts";

// What machines are told is what the published schema says, all of it and nothing else.

interface Schema {
  readonly $defs: Readonly<Record<string, { readonly properties?: { readonly type?: { readonly const: string } } }>>;
}

const schema = JSON.parse(readFileSync("dev/ui/events.schema.json", "utf8")) as Schema;
const types = Object.values(schema.$defs).flatMap(({ properties }) => properties?.type?.const ?? []);
const isTime = (text: string): boolean => !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;
const validate = new Ajv2020({ allErrors: true, discriminator: false, formats: { "date-time": isTime } }).compile(
  schema,
);

function assertValid(line: string): string {
  const record = JSON.parse(line) as { readonly type: string };
  assert.ok(validate(record), `${line}\n${JSON.stringify(validate.errors, null, 1)}`);
  return record.type;
}

/** Lines that a display writes. */
function written(act: (display: ReturnType<typeof ndjsonDisplay>) => void): string[] {
  const lines: string[] = [];
  act(
    ndjsonDisplay(
      (text) => lines.push(text.trim()),
      () => new Date(),
    ),
  );
  return lines;
}

const text = fc.string();
const ms = fc.double({ min: 0, max: 1e6, noNaN: true });
const finding: fc.Arbitrary<Finding> = fc.record({
  code: fc.constantFrom("BUILD_FAILED", "X1"),
  severity: fc.constantFrom("error", "warning"),
  where: text,
  message: text,
  fix: text,
});
const drawing = { objects: [], digest: "d" };
const [image, target] = [anImage("core"), aPlatform()];
const common = { key: "k", subject: "core" };
const steps: readonly Step[] = [
  { ...common, type: "read" },
  { ...common, type: "prepare", target },
  { ...common, type: "prune", target },
  { ...common, type: "digest", image, bases: new Map(), rebuilds: 0 },
  { ...common, type: "build", image, tag: "acme/core:1", bases: new Map(), rebuilds: 0, isAnew: false },
  { ...common, type: "deliver", image, tag: "acme/core:1" },
  { ...common, type: "apply", service: "core", drawing },
  { ...common, type: "observe", service: "core", drawing },
  {
    ...common,
    type: "sync",
    service: aService("core", { watch: [aRule("sync", "a")] }),
    paths: ["a/b"],
    batch: 1,
    tag: null,
  },
  { ...common, type: "restart", service: "core", restarts: 1, drawing },
];
const results: Readonly<Record<Step["type"], StepResult>> = {
  read: { type: "read", target },
  prepare: { type: "prepared" },
  prune: { type: "pruned", objects: ["ConfigMap/old"] },
  digest: { type: "digested", tag: "acme/core:1" },
  build: { type: "built", isCached: false },
  deliver: { type: "delivered", isCached: true },
  apply: { type: "applied", objects: 2 },
  observe: { type: "ready" },
  sync: { type: "synced" },
  restart: { type: "restarted" },
};
const commands: readonly Command[] = [
  { type: "pause" },
  { type: "resume" },
  { type: "rebuild", service: null },
  { type: "restart", service: "core" },
  { type: "disable", service: "core" },
  { type: "enable", service: "core" },
];
const step = fc.constantFrom(...steps);
const atMs = ms;
// One for each type of event: the compiler says when one is missing.
const events: { readonly [T in LoopEvent["type"]]: fc.Arbitrary<Extract<LoopEvent, { type: T }>> } = {
  "target-read": fc.record({ type: fc.constant("target-read"), target: fc.constant(target), atMs }),
  "files-changed": fc.record({ type: fc.constant("files-changed"), paths: fc.array(text), atMs }),
  "step-started": fc.record({ type: fc.constant("step-started"), step, atMs }),
  "step-finished": step.chain((one) =>
    fc.record({
      type: fc.constant("step-finished"),
      step: fc.constant(one),
      result: fc.constant(results[one.type]),
      ms,
      atMs,
    }),
  ),
  "step-failed": fc.record({ type: fc.constant("step-failed"), step, findings: fc.array(finding), ms }),
  "step-cancelled": fc.record({ type: fc.constant("step-cancelled"), step }),
  "service-troubled": fc.record({
    type: fc.constant("service-troubled"),
    service: text,
    finding,
    isFinal: fc.boolean(),
  }),
  "service-recovered": fc.record({ type: fc.constant("service-recovered"), service: text }),
  drifted: fc.record({ type: fc.constant("drifted"), service: fc.option(text), objects: fc.array(text) }),
  "cluster-lost": fc.record({ type: fc.constant("cluster-lost"), finding }),
  "cluster-returned": fc.constant({ type: "cluster-returned" }),
  commanded: fc.record({ type: fc.constant("commanded"), command: fc.constantFrom(...commands), atMs }),
  "retry-due": fc.constant({ type: "retry-due" }),
  noticed: fc.record({ type: fc.constant("noticed"), finding }),
  "stop-requested": fc.constant({ type: "stop-requested" }),
};

test("every event is as the schema says, whatever is in it", () => {
  const state = initialState;
  for (const event of Object.values(events) as readonly fc.Arbitrary<LoopEvent>[])
    fc.assert(
      fc.property(event, (one) => {
        const turn = { event: one, before: state, state, plan: plan(state, NO_LIMITS) };
        written((display) => display.turn(turn)).forEach(assertValid);
      }),
      { numRuns: 200 },
    );
});

test("every stage tells its beginning and, with how long it took, its end", () => {
  const state = initialState;
  for (const one of steps) {
    const ends: LoopEvent[] = [
      { type: "step-finished", step: one, result: results[one.type], ms: 1.4, atMs: 2 },
      { type: "step-failed", step: one, findings: [brokenBuild], ms: 1 },
      { type: "step-cancelled", step: one },
    ];
    for (const end of ends) {
      const lines = written((display) => {
        for (const event of [{ type: "step-started", step: one, atMs: 1 } as const, end])
          display.turn({ event, before: state, state, plan: { steps: [], holds: [] } });
      });
      const [first, last] = lines.map((line) => JSON.parse(line) as { type: string; stage: string; ms?: number });
      assert.deepEqual([first?.type, first?.stage], ["step-started", one.type]);
      assert.deepEqual([last?.type, last?.stage], [end.type, one.type]);
      assert.ok(Number.isInteger(last?.ms));
    }
  }
});

test("a session shows every type of the schema, and no other", () => {
  const lines = written((display) => {
    display.progress("a cluster is made");
    display.begin(ABOUT);
    display.findings([crashed]);
    const { happen, settle, fail, start } = story((turn) => display.turn(turn));
    happen({ type: "target-read", target, atMs: 0 });
    settle(10);
    happen({ type: "files-changed", paths: ["services/core/a"], atMs: 20 });
    start("digest core", 21);
    const [running] = steps.slice(3, 4);
    if (running) happen({ type: "step-cancelled", step: running });
    happen({ type: "service-troubled", service: "core", finding: crashed, isFinal: true });
    happen({ type: "service-recovered", service: "core" });
    happen({ type: "drifted", service: null, objects: ["Namespace/acme"] });
    happen({ type: "cluster-lost", finding: unreachable });
    happen({ type: "cluster-returned" });
    fail("prepare namespaces", brokenBuild, 30, 1);
    happen({ type: "commanded", command: { type: "pause" }, atMs: 31 });
    happen({ type: "stop-requested" });
    display.verified({ service: "core", name: "answers", durationMs: 1.5, finding: null });
    display.verified({ service: "core", name: "answers", durationMs: 1.5, finding: crashed });
    display.end("all Ready");
  });
  assert.deepEqual([...new Set(lines.map(assertValid))].toSorted(), types.toSorted());
});

test("while the cluster is away nothing is told to be Ready, and then all of it again", () => {
  const types = written((display) => {
    const { happen, settle } = story((turn) => display.turn(turn));
    happen({ type: "target-read", target, atMs: 0 });
    settle(10);
    happen({ type: "cluster-lost", finding: unreachable });
    happen({ type: "files-changed", paths: ["services/core/a"], atMs: 20 });
    settle(30);
    happen({ type: "cluster-returned" });
  }).map((line) => (JSON.parse(line) as { readonly type: string }).type);
  assert.deepEqual(
    types.filter((type) => /^(all|cluster)-/.test(type)),
    ["all-ready", "cluster-lost", "cluster-returned", "all-ready"],
  );
});

test("the schema refuses what it does not know", () => {
  const time = new Date(0).toISOString();
  assert.ok(validate({ time, type: "all-ready" }));
  for (const record of [
    { time, type: "all-ready", more: 1 },
    { time, type: "other" },
    { type: "all-ready" },
    { time: "now", type: "all-ready" },
  ])
    assert.equal(validate(record), false, JSON.stringify(record));
});
