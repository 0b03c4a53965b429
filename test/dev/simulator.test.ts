import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as tick } from "node:timers/promises";
import type { Command } from "../../dev/core/events.ts";
import { type Loop, type Turn, startLoop } from "../../dev/core/loop.ts";
import { isAllReady } from "../../dev/core/current.ts";
import type { State } from "../../dev/core/state.ts";
import { BROKEN, FILES, type Random, type World, newWorld, platform, randomOf } from "./simulated-world.ts";

// The loop in a world where everything may happen in any order. Whatever that was: the last edit wins, no image is built
// twice at once, nothing is applied before it is delivered, and in the end nothing runs.

const INTERLEAVINGS = 10_000;
const SERVICES = ["db", "a", "b", "c"];

interface Run {
  readonly world: World;
  readonly loop: Loop;
  readonly random: Random;
  readonly log: string[];
  /** What the watcher has seen and not told yet. */
  readonly unseen: string[];
  state: State | null;
}

test(`${INTERLEAVINGS} random interleavings of edits, failures and slow stages`, { timeout: 600_000 }, async () => {
  const counted = new Map<string, number>();
  for (let seed = 1; seed <= INTERLEAVINGS; seed++) {
    const log = await simulate(seed);
    for (const line of log) counted.set(line.split(" ")[0] ?? "", (counted.get(line.split(" ")[0] ?? "") ?? 0) + 1);
  }
  // A simulation in which something never happens proves nothing about it.
  for (const what of [
    "edit",
    "finish",
    "cancelled",
    "failed",
    "registry",
    "drift",
    "pause",
    "away",
    "disable",
    "restart",
    "rebuild",
    "sync",
  ])
    assert.ok((counted.get(what) ?? 0) > INTERLEAVINGS / 50, `${what}: ${counted.get(what)}`);
});

async function simulate(seed: number): Promise<readonly string[]> {
  const run = begin(seed);
  try {
    const steps = 20 + Math.floor(run.random() * 60);
    for (let i = 0; i < steps; i++) {
      act(run);
      await tick();
    }
    await settle(run);
    check(run);
    return run.log;
  } catch (error) {
    throw new Error(`seed ${seed}: ${String(error)}\n${run.log.slice(-60).join("\n")}`, { cause: error });
  }
}

function begin(seed: number): Run {
  const world = newWorld();
  const log: string[] = [];
  const loop = startLoop(world.ports, { parallel: { build: 2 }, isOnce: false }, (turn) => {
    run.state = turn.state;
    note(log, turn);
  });
  const run: Run = { world, loop, random: randomOf(seed), log, unseen: [], state: null };
  loop.dispatch({ type: "target-read", target: platform(0), atMs: 0 });
  return run;
}

function note(log: string[], { event }: Turn): void {
  if (event.type === "step-cancelled") log.push(`cancelled ${event.step.key}`);
  if (event.type === "step-failed") log.push(`failed ${event.step.key} ${event.findings[0]?.code}`);
  if (event.type === "step-failed" && event.findings[0]?.code === "STEP_FAILED")
    throw new Error(event.findings[0].message);
  if (event.type === "step-finished") log.push(`${event.step.type} ${event.step.key}`);
}

/** One random thing happens. */
function act(run: Run): void {
  const { random, world, log, unseen } = run;
  const dice = random();
  if (dice < 0.45) return finishOne(run);
  if (dice < 0.7) return edit(run, pick(random, FILES), random() < 0.1 ? BROKEN : Math.floor(random() * 4));
  if (dice < 0.8) return see(run);
  if (dice < 0.84) {
    world.version += 1;
    log.push(`registry ${world.version}`);
    return void unseen.push("services.json");
  }
  if (dice < 0.88) return drift(run, pick(random, SERVICES));
  if (dice < 0.9) {
    world.isEngineAway = !world.isEngineAway;
    return void log.push(`away engine ${world.isEngineAway}`);
  }
  if (dice < 0.92) {
    world.isClusterAway = !world.isClusterAway;
    return void log.push(`away cluster ${world.isClusterAway}`);
  }
  if (dice < 0.94) return run.loop.dispatch({ type: "retry-due" });
  command(run, aCommand(random));
}

function aCommand(random: Random): Command {
  const service = pick(random, SERVICES);
  return pick<Command>(random, [
    { type: "pause" },
    { type: "resume" },
    { type: "restart", service },
    { type: "rebuild", service },
    { type: "disable", service },
    { type: "enable", service },
  ]);
}

function command({ loop, log }: Run, asked: Command): void {
  log.push(`${asked.type} ${"service" in asked ? asked.service : ""}`);
  loop.dispatch({ type: "commanded", command: asked, atMs: 0 });
}

function edit({ world, log, unseen }: Run, path: string, version: number): void {
  world.files.set(path, version);
  unseen.push(path);
  log.push(`edit ${path} ${version}`);
}

/** The watcher tells what it has seen: after it happened, and in one batch. */
function see({ loop, unseen }: Run): void {
  const paths = [...new Set(unseen.splice(0))];
  if (paths.length > 0) loop.dispatch({ type: "files-changed", paths, atMs: 0 });
}

function drift({ world, loop, log, state }: Run, service: string): void {
  // The watch of a cluster tells of what was applied, and of nothing else.
  if (state?.services.get(service)?.applied === null) return;
  world.vandalise(service);
  log.push(`drift ${service}`);
  loop.dispatch({ type: "drifted", service, objects: [] });
}

function finishOne({ world, random, log }: Run): void {
  const call = world.pending[Math.floor(random() * world.pending.length)];
  if (!call) return;
  log.push(`finish ${call.name}${call.signal.aborted ? " (aborted)" : ""}`);
  call.finish();
}

/** Everything is mended, and nobody does anything any more. */
async function settle(run: Run): Promise<void> {
  const { world, loop, random } = run;
  [world.isEngineAway, world.isClusterAway] = [false, false];
  for (const path of FILES) if (world.files.get(path) === BROKEN) edit(run, path, 1 + Math.floor(random() * 3));
  command(run, { type: "resume" });
  for (const service of SERVICES) command(run, { type: "enable", service });
  see(run);
  loop.dispatch({ type: "retry-due" });
  for (let i = 0; world.pending.length > 0; i++) {
    assert.ok(i < 2000, "it never comes to rest");
    finishOne(run);
    await tick();
  }
}

function check({ world, state }: Run): void {
  assert.ok(state);
  assert.deepEqual([...state.running.keys()], [], "something still runs");
  assert.ok(
    isAllReady(state),
    `not Ready: ${JSON.stringify([...state.failures.values()].map(({ step, findings }) => [step.key, findings[0]?.code]))}`,
  );
  for (const name of state.services.keys())
    for (const path of world.filesOf(name))
      assert.equal(
        world.seenBy(name).get(path),
        world.files.get(path),
        `${name} does not run the last edit of ${path}`,
      );
}

function pick<T>(random: Random, all: readonly T[]): T {
  return all[Math.floor(random() * all.length)] as T;
}
