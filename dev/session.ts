import type { LockedCluster } from "../tools/cluster/context-lock.ts";
import type { Finding } from "../tools/lib/errors.ts";
import type { Exec } from "../tools/lib/exec.ts";
import { connectApi } from "./cluster/api/connect.ts";
import { isAllReady } from "./core/current.ts";
import { type Turn, startLoop } from "./core/loop.ts";
import { isRetryable } from "./core/outcomes.ts";
import type { Limits } from "./core/plan.ts";
import type { State } from "./core/state.ts";
import type { Target } from "./core/target.ts";
import { missingIngress } from "./ingress.ts";
import { ensureKindCluster } from "./kind/ensure.ts";
import { lockedFor } from "./lock.ts";
import type { ReadTarget, Selection } from "./sources/registry.ts";
import type { Display } from "./ui/display.ts";
import { verifyRunning } from "./verify.ts";
import { type World, openWorld, readFor } from "./world.ts";

export interface SessionOptions extends Selection {
  readonly root: string;
  readonly exec: Exec;
  readonly context: string | null;
  readonly isOnce: boolean;
  /** Whether to make the environment's kind cluster where there is none, and to use it. */
  readonly createsCluster: boolean;
  /** Whether claims, namespaces and definitions that the registry has no more may be deleted. */
  readonly mayPruneData: boolean;
  /** The service whose inspector is to be open. */
  readonly debugged: string | null;
  /** Value of DOCKER_HOST. */
  readonly dockerHost: string | undefined;
  readonly display: Display;
}

export interface Session {
  /** Asks it to end; `ended` says when it has. */
  stop(): void;
  /** Whether everything was Ready at the end and, where it ends by itself, passed the registry's checks. Nothing of the session is left by then. */
  readonly ended: Promise<boolean>;
}

const RETRY_MS = 2000;

const IDLE_MS = 10_000;

const PARALLEL: Limits["parallel"] = { digest: 4, build: 2, deliver: 2, apply: 4 };

/** Wires the real world to the loop. Throws a `UserError` for whatever must be right before anything is built. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const read = await readFor(options);
  const cluster = await lockFor(options, read);
  let release = (): Promise<void> => cluster.release();
  try {
    const api = await connectApi(cluster, { onReach: (error) => world.reached(error) });
    const world = openWorld(options, read, cluster, api);
    release = () => world.release();
    const [, noticed] = await Promise.all([world.begin(), missingIngress(api, cluster.context, read)]);
    return run(options, read, { cluster, world, noticed });
  } catch (error) {
    await release();
    throw error;
  }
}

interface Opened {
  readonly cluster: LockedCluster;
  readonly world: World;
  /** What is worth knowing before anything is built. */
  readonly noticed: readonly Finding[];
}

function run({ display, isOnce }: SessionOptions, read: ReadTarget, { cluster, world, noticed }: Opened): Session {
  display.begin({ ...about(read), context: cluster.context, evidence: cluster.evidence });
  display.findings(read.warnings);
  const retries = retrying(() => loop.dispatch({ type: "retry-due" }));
  const tidying = tidyingWhenIdle(world);
  const loop = startLoop(world.ports, { parallel: PARALLEL, isOnce }, (turn) => {
    display.turn(turn);
    retries.look(turn.state);
    tidying.look(turn);
  });
  world.connect(loop);
  for (const finding of noticed) loop.dispatch({ type: "noticed", finding });
  // Whoever ends by itself leaves no port behind, so it promises none.
  const target = isOnce ? withoutForwards(read.target) : read.target;
  loop.dispatch({ type: "target-read", target, atMs: world.ports.clock.nowMs() });
  const ended = loop.ended.then(async (state) => {
    const isReady = isAllReady(state);
    retries.stop();
    tidying.stop();
    const isWell = isReady && isOnce ? await verifyRunning(read, cluster, display) : isReady;
    if (isOnce) await world.tidy(tagsOf(state)).catch(() => undefined);
    await world.release();
    return isWell;
  });
  return { stop: () => loop.dispatch({ type: "stop-requested" }), ended };
}

/** What did not answer is asked again every two seconds: an engine or a cluster that was restarted needs no key pressed. */
function retrying(retry: () => void): { look(state: State): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const look = ({ failures }: State): void => {
    if (timer || ![...failures.values()].some(({ findings }) => isRetryable(findings))) return;
    timer = setTimeout(() => {
      timer = undefined;
      retry();
    }, RETRY_MS);
  };
  return { look, stop: () => clearTimeout(timer) };
}

/** What builds have left is removed when none has ended for a while, and some time after the start: nobody waits for it, so its failure is no news. */
function tidyingWhenIdle(world: World): { look(turn: Turn): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  const look = ({ event, before, state }: Turn): void => {
    const isBuilt = event.type === "step-finished" && event.step.type === "build";
    if (!isBuilt && (!isAllReady(state) || isAllReady(before))) return;
    clearTimeout(timer);
    timer = setTimeout(() => void world.tidy(tagsOf(state)).catch(() => undefined), IDLE_MS);
  };
  return { look, stop: () => clearTimeout(timer) };
}

function tagsOf({ images }: State): readonly string[] {
  return [...images.values()].flatMap(({ tag }) => tag ?? []);
}

async function lockFor(options: SessionOptions, read: ReadTarget): Promise<LockedCluster> {
  const { exec, root, createsCluster, display } = options;
  const { inputs } = read;
  const { environment } = read.target;
  const isOwn = createsCluster && options.context === null;
  const context = isOwn
    ? await ensureKindCluster(exec, { inputs, environment, root }, (line) => display.progress(line))
    : options.context;
  return lockedFor({ ...options, context }, read);
}

function withoutForwards(target: Target): Target {
  return { ...target, services: target.services.map((service) => ({ ...service, forwards: [] })) };
}

function about({ target, inputs }: ReadTarget): {
  readonly platform: string;
  readonly environment: string;
  readonly subjects: readonly string[];
} {
  const subjects = [...target.images, ...target.services].map(({ name }) => name);
  return { platform: inputs.registry.name, environment: target.environment, subjects };
}
