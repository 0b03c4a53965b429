import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import { type Loop, type Turn, startLoop } from "../../dev/core/loop.ts";
import type { Ports } from "../../dev/core/ports.ts";
import { isAllReady } from "../../dev/core/current.ts";
import type { Target } from "../../dev/core/target.ts";
import { userError } from "../../tools/lib/errors.ts";
import { aPlatform, aService, aTarget } from "./fixture.ts";

interface World {
  readonly loop: Loop;
  /** What was begun, done, cancelled and has failed, in order: `build core`, `build core ✗`. */
  readonly log: string[];
  readonly turns: Turn[];
  /** Calls that wait until they are let go, by name. */
  readonly gates: Map<string, () => void>;
  contents: Record<string, string>;
  broken: Set<string>;
}

/** A loop over a pretended world: contents per image, gates where a test wants to stop it. */
function aWorld(
  target: Target,
  options: { readonly isOnce?: boolean; readonly gated?: readonly string[] } = {},
): World {
  const log: string[] = [];
  const gates = new Map<string, () => void>();
  const contents: Record<string, string> = {};
  const broken = new Set<string>();
  let nowMs = 0;

  async function act(name: string, signal: AbortSignal): Promise<void> {
    log.push(name);
    const gate = options.gated?.includes(name) ? new Promise<void>((open) => gates.set(name, open)) : tick();
    await Promise.race([
      gate,
      new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true })),
    ]);
    if (signal.aborted) log.push(`${name} cancelled`);
    if (broken.has(name)) throw userError("BUILD_FAILED", name, "broken", "mend it");
  }

  const ports: Ports = {
    registry: { read: async () => target },
    builder: {
      digest: async ({ image, bases }) =>
        `acme/${image.name}:${[contents[image.name] ?? "0", ...[...bases.values()].map((tag) => tag.split(":")[1])].join("-")}`,
      build: async ({ tag }, signal) => (await act(`build ${tag}`, signal), false),
    },
    delivery: { deliver: async ({ tag }, signal) => (await act(`deliver ${tag}`, signal), false) },
    cluster: {
      prepare: (_, signal) => act("prepare", signal),
      apply: async ({ service }, signal) => (await act(`apply ${service}`, signal), 1),
      prune: async (_, signal) => (await act("prune", signal), []),
      restart: ({ service }, signal) => act(`restart ${service}`, signal),
      observe: ({ service }, signal) => act(`observe ${service}`, signal),
    },
    containers: { sync: ({ service }, signal) => act(`sync ${service.name}`, signal) },
    clock: { nowMs: () => nowMs++ },
  };
  const turns: Turn[] = [];
  const loop = startLoop(ports, { parallel: { build: 2 }, isOnce: options.isOnce ?? false }, (turn) =>
    turns.push(turn),
  );
  loop.dispatch({ type: "target-read", target, atMs: 0 });
  return { loop, log, turns, gates, contents, broken };
}

async function until(condition: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !condition(); i++) await tick();
  assert.ok(condition(), "it never happened");
}

function save(world: World, image: string, content: string): void {
  world.contents[image] = content;
  world.loop.dispatch({ type: "files-changed", paths: [`services/${image}/main.ts`], atMs: 0 });
}

function isIdle({ turns }: World): boolean {
  const last = turns.at(-1);
  return last !== undefined && last.plan.steps.length === 0 && last.state.running.size === 0;
}

test("once: everything is built, delivered and applied in order, then it ends", async () => {
  const world = aWorld(aPlatform(), { isOnce: true });
  assert.ok(isAllReady(await world.loop.ended));
  const order = ["build acme/base:0", "build acme/core:0-0", "deliver acme/core:0-0", "apply core", "observe core"];
  assert.deepEqual(
    world.log.filter((name) => order.includes(name)),
    order,
  );
  assert.ok(world.log.indexOf("observe db") < world.log.indexOf("apply core"));
});

test("once: a failure ends it too, when all that can be done has been done", async () => {
  const world = aWorld(aPlatform(), { isOnce: true, gated: [] });
  world.broken.add("build acme/core:0-0");
  const state = await world.loop.ended;
  assert.equal(isAllReady(state), false);
  assert.ok(state.services.get("db")?.ready !== null);
  assert.equal(state.failures.size, 1);
});

test("a newer change aborts that image's build, and nothing else", async () => {
  const world = aWorld(aPlatform(), { gated: ["build acme/core:1-0", "observe db"] });
  await until(() => world.gates.has("observe db"));
  save(world, "core", "1");
  await until(() => world.gates.has("build acme/core:1-0"));
  save(world, "core", "2");
  await until(() => world.log.includes("deliver acme/core:2-0"));
  assert.ok(world.log.indexOf("build acme/core:1-0 cancelled") < world.log.indexOf("build acme/core:2-0"));
  assert.ok(!world.log.includes("observe db cancelled"));
  assert.ok(!world.log.includes("deliver acme/core:1-0"));
});

test("a save without a change of content disturbs no build", async () => {
  const world = aWorld(aPlatform(), { gated: ["build acme/core:0-0"] });
  await until(() => world.gates.has("build acme/core:0-0"));
  save(world, "core", "0");
  await tick();
  world.gates.get("build acme/core:0-0")?.();
  await until(() => isIdle(world));
  assert.equal(world.log.filter((name) => name.startsWith("build acme/core")).length, 1);
});

test("a session goes on after a failure, and the mended file is built", async () => {
  const world = aWorld(aPlatform());
  await until(() => isIdle(world));
  world.broken.add("build acme/core:bad-0");
  save(world, "core", "bad");
  await until(() => isIdle(world));
  const last = world.turns.at(-1);
  assert.equal(last?.event.type, "step-failed");
  save(world, "core", "good");
  await until(() => isIdle(world) && world.log.includes("observe core"));
  assert.ok(isAllReady(world.turns.at(-1)?.state ?? assert.fail()));
  assert.ok(world.log.includes("build acme/core:good-0"));
});

test("a changed base builds its dependants again, once", async () => {
  const world = aWorld(aPlatform());
  await until(() => isIdle(world));
  world.log.length = 0;
  save(world, "base", "1");
  await until(() => isIdle(world));
  assert.deepEqual(world.log, [
    "build acme/base:1",
    "build acme/core:0-1",
    "deliver acme/core:0-1",
    "apply core",
    "observe core",
  ]);
});

test("a change while a service becomes Ready replaces it without waiting for it", async () => {
  const world = aWorld(aPlatform(), { gated: ["observe core"] });
  await until(() => world.gates.has("observe core"));
  save(world, "core", "1");
  await until(() => world.log.filter((name) => name === "observe core").length === 2);
  assert.ok(world.log.indexOf("observe core cancelled") < world.log.lastIndexOf("apply core"));
});

test("stopping aborts what runs and ends when it is gone", async () => {
  const world = aWorld(aTarget([], [aService("db", { images: [] })]), { gated: ["observe db"] });
  await until(() => world.gates.has("observe db"));
  world.loop.dispatch({ type: "stop-requested" });
  const state = await world.loop.ended;
  assert.equal(state.running.size, 0);
  assert.ok(world.log.includes("observe db cancelled"));
});

test("an error that nobody foresaw is a finding, not the end", async () => {
  const target = aTarget([], [aService("db", { images: [] })]);
  const never = (): never => assert.fail("not needed");
  const prepare = () => Promise.reject(new TypeError("socket hang up"));
  const cluster = { prepare, prune: never, apply: never, restart: never, observe: never };
  const failed = new Promise<Turn>((resolve) => {
    const ports = {
      registry: { read: never },
      builder: { digest: never, build: never },
      delivery: { deliver: never },
      cluster,
      containers: { sync: never },
      clock: { nowMs: () => 0 },
    };
    startLoop(
      ports,
      { parallel: {}, isOnce: false },
      (turn) => turn.event.type === "step-failed" && resolve(turn),
    ).dispatch({ type: "target-read", target, atMs: 0 });
  });
  const { event } = await failed;
  assert.ok(event.type === "step-failed");
  assert.equal(event.findings[0]?.code, "STEP_FAILED");
});
