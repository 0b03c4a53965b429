import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { type LoopPlatform, loopPlatform, sourceOf } from "./loop-platform.ts";
import { type LoopEvent, type LoopSession, answeredMs, loopSession } from "./loop-session.ts";
import { BY_HAND, byHand } from "./by-hand.ts";
import type { Row } from "./measure.ts";

const HAND_RUNS = 5;
const STAGES = ["digest", "build", "deliver", "apply", "observe"];

/** What the save before has replaced goes on ending for a while; who types takes longer than that. */
const PAUSE_MS = 3000;
/**
 * The kubelet looks at its containers once a second, and a pod becomes Ready when it has looked. Pauses of whole seconds
 * after that would have every save begin at the same moment of its second, but people save at any: the fractions of this
 * are spread evenly, and never repeat.
 */
const GOLDEN_RATIO = 0.618;

/** From a saved file until its code answers, by image and by copying, on the local cluster; and what the loop costs beside that. */
export async function loopRows(runs: number): Promise<Row[]> {
  // The first start after a change also makes the bundle, and its memory is that of whoever made it.
  spawnSync("node", ["tools/slipway.mjs", "dev", "--help"]);
  const platform = await loopPlatform();
  try {
    const first = loopSession(platform.root);
    await first.next(0, isAllReady);
    const rows = [
      ...(await imageRows(platform, first, "web", runs)),
      ...(await imageRows(platform, first, "bare", runs)),
      ...(await syncRows(platform, first, runs)),
      await noopRow(platform, first, runs),
      await idleRow(first),
    ];
    await first.stop();
    return [...rows, await startRow(platform, runs)];
  } finally {
    platform.remove();
  }
}

function pauseMs(run: number): number {
  return PAUSE_MS + ((run * GOLDEN_RATIO) % 1) * 1000;
}

const isAllReady = ({ type }: LoopEvent): boolean => type === "all-ready";

function isDone(stage: string, subject: string): (event: LoopEvent) => boolean {
  return (event) => event.type === "step-finished" && event.stage === stage && event.subject === subject;
}

async function imageRows(
  { ports, save }: LoopPlatform,
  session: LoopSession,
  service: "web" | "bare",
  runs: number,
): Promise<Row[]> {
  const [patched, answered, ready]: number[][] = [[], [], []];
  const stages = new Map<string, number[]>(STAGES.map((stage) => [stage, []]));
  for (let run = 0; run <= runs; run++) {
    await sleep(pauseMs(run));
    const start = session.events.length;
    const savedMs = performance.now();
    save(`${service}/src/server.mjs`, sourceOf(`image ${run}`));
    const answeredAtMs = await answeredMs(
      ports[service],
      `image ${run}`,
      session.next(start, isDone("apply", service)),
    );
    const observed = await session.next(start, isDone("observe", service));
    await session.next(start, isAllReady);
    if (run === 0) continue;
    const seen = session.events.slice(start);
    patched?.push((seen.find(isDone("apply", service))?.atMs ?? Number.NaN) - savedMs);
    answered?.push(answeredAtMs - savedMs);
    ready?.push(observed.atMs - savedMs);
    for (const { type, stage = "", subject, ms = 0 } of seen)
      if (type === "step-finished" && subject === service) stages.get(stage)?.push(ms);
  }
  const pod = service === "bare" ? "a pod without volumes" : "a pod with a volume";
  const against = service === "web" ? { against: { what: BY_HAND, times: byHand(HAND_RUNS) } } : {};
  return [
    { what: `save → image in the node and object patched (${pod})`, times: patched ?? [] },
    { what: `save → new code answers through the forward, by image (${pod})`, times: answered ?? [] },
    { what: `save → Ready in Kubernetes, by image (${pod})`, times: ready ?? [], ...against },
    ...[...stages].map(([stage, times]) => ({ what: `of it: ${stage}`, times })),
  ];
}

async function syncRows({ ports, save }: LoopPlatform, session: LoopSession, runs: number): Promise<Row[]> {
  const [copied, answered]: number[][] = [[], []];
  for (let run = 0; run <= runs; run++) {
    await sleep(pauseMs(run));
    const start = session.events.length;
    const savedMs = performance.now();
    save("synced/src/server.mjs", sourceOf(`sync ${run}`));
    const sync = session.next(start, isDone("sync", "synced"));
    const answeredAtMs = await answeredMs(ports.synced, `sync ${run}`, sync);
    const done = await sync;
    if (run === 0) continue;
    copied?.push(done.ms ?? Number.NaN);
    answered?.push(answeredAtMs - savedMs);
  }
  return [
    { what: "save → new code answers through the forward, by sync+restart", times: answered ?? [] },
    { what: "of it: sync, with the restart of the process", times: copied ?? [] },
  ];
}

/** A save of the same content: until the loop has seen that there is nothing to do. */
async function noopRow({ save, root }: LoopPlatform, session: LoopSession, runs: number): Promise<Row> {
  const path = "web/src/part-0.mjs";
  const text = readFileSync(`${root}/${path}`, "utf8");
  const times: number[] = [];
  let steps = 0;
  for (let run = 0; run < runs; run++) {
    const start = session.events.length;
    const savedMs = performance.now();
    save(path, text);
    times.push((await session.next(start, isDone("digest", "web"))).atMs - savedMs);
    await sleep(50);
    steps += session.events
      .slice(start)
      .filter(({ type, stage }) => type === "step-started" && stage !== "digest").length;
  }
  return { what: "save of the same content → seen that there is nothing to do", times, note: `${steps} further steps` };
}

const IDLE_MS = 20_000;
const TICKS_PER_SECOND = 100;

async function idleRow({ child }: LoopSession): Promise<Row> {
  await sleep(5000);
  const family = familyOf(child.pid ?? 0);
  const before = ticksOf(family);
  await sleep(IDLE_MS);
  const cores = (ticksOf(family) - before) / TICKS_PER_SECOND / (IDLE_MS / 1000);
  const megabytes = Math.round(family.reduce((sum, pid) => sum + residentKb(pid), 0) / 1000);
  const names = family.map((pid) => statOf(pid)[1]).join(", ");
  const note = `${(cores * 100).toFixed(1)} % of a core, ${megabytes} MB resident in ${family.length} processes (${names})`;
  return { what: "idle for 20 s, with all its children", times: [cores * IDLE_MS], note };
}

/** With everything running already: until the loop says that it is Ready. */
async function startRow({ root }: LoopPlatform, runs: number): Promise<Row> {
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const session = loopSession(root);
    times.push((await session.next(0, isAllReady)).atMs - session.startedMs);
    await session.stop();
  }
  return { what: "start with everything running → all Ready, without what npm itself takes", times };
}

/** A process and all that it has started. */
function familyOf(pid: number): number[] {
  const parents = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), statOf(name)[3]] as const);
  const below = (one: number): number[] => [
    one,
    ...parents.filter(([, parent]) => Number(parent) === one).flatMap(([child]) => below(child)),
  ];
  return below(pid);
}

function ticksOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + Number(statOf(pid)[13] ?? 0) + Number(statOf(pid)[14] ?? 0), 0);
}

/** Fields of proc_pid_stat(5); the name in the second one may hold spaces. */
function statOf(pid: number | string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8")
      .replaceAll(/\((.*)\)/gs, (_, name: string) => name.replaceAll(" ", "_"))
      .split(" ");
  } catch {
    return [];
  }
}

function residentKb(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
