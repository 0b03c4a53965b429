import { setMaxListeners } from "node:events";
import { type LockedCluster, lockCluster } from "../tools/cluster/context-lock.ts";
import { createSecrets } from "../tools/cluster/secrets.ts";
import { userError } from "../tools/lib/errors.ts";
import type { Exec } from "../tools/lib/exec.ts";
import { environmentModel } from "../tools/model/model.ts";
import { connectEngine } from "./build/engine.ts";
import type { KubeApi } from "./cluster/api/api.ts";
import { connectApi } from "./cluster/api/connect.ts";
import { imageBuilder } from "./build/builder.ts";
import { kubectlCluster } from "./cluster/cluster.ts";
import { type Forwards, portForwards } from "./cluster/port-forward.ts";
import { reportTroubles } from "./cluster/troubles.ts";
import type { LoopEvent } from "./core/events.ts";
import { type Loop, startLoop } from "./core/loop.ts";
import type { Limits } from "./core/plan.ts";
import { isRetryable } from "./core/outcomes.ts";
import type { State } from "./core/state.ts";
import type { Ports } from "./core/ports.ts";
import { isAllReady } from "./core/current.ts";
import type { Target } from "./core/target.ts";
import { clusterTypeOf } from "./delivery/select.ts";
import { watchFiles } from "./sources/files.ts";
import { type Pods, watchPods } from "./sources/pods.ts";
import { type ReadTarget, type Selection, readTarget } from "./sources/registry.ts";
import { watchRevisions } from "./sources/revisions.ts";
import type { Display } from "./ui/display.ts";
import { verifyRunning } from "./verify.ts";

export interface SessionOptions extends Selection {
  readonly root: string;
  readonly exec: Exec;
  readonly context: string | null;
  readonly isOnce: boolean;
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

/** In CI nobody can mend anything, so waiting has an end: five minutes, enough for a database on a slow disk. */
const READY_TIMEOUT_MS = 300_000;

const RETRY_MS = 2000;

const PARALLEL: Limits["parallel"] = { digest: 4, build: 2, deliver: 2, apply: 4 };

/** Wires the real world to the loop. Throws a `UserError` for whatever must be right before anything is built. */
export async function startSession(options: SessionOptions): Promise<Session> {
  const read = await readTarget(options.root, options);
  const cluster = await lockFor(options, read);
  let release = (): Promise<void> => cluster.release();
  try {
    const api = await connectApi(cluster);
    release = async () => {
      await api.close();
      await cluster.release();
    };
    const world = openWorld(options, read, cluster, api);
    release = () => world.release();
    await world.begin();
    return run(options, read, cluster, world);
  } catch (error) {
    await release();
    throw error;
  }
}

function run({ display, isOnce }: SessionOptions, read: ReadTarget, cluster: LockedCluster, world: World): Session {
  display.begin({ ...about(read), context: cluster.context, evidence: cluster.evidence });
  display.findings(read.warnings);
  const retries = retrying(() => loop.dispatch({ type: "retry-due" }));
  const loop = startLoop(world.ports, { parallel: PARALLEL, isOnce }, (turn) => {
    display.turn(turn);
    retries.look(turn.state);
  });
  world.connect(loop);
  // Whoever ends by itself leaves no port behind, so it promises none.
  const target = isOnce ? withoutForwards(read.target) : read.target;
  loop.dispatch({ type: "target-read", target, atMs: world.ports.clock.nowMs() });
  const ended = loop.ended.then(async (state) => {
    const isReady = isAllReady(state);
    retries.stop();
    const isWell = isReady && isOnce ? await verifyRunning(read, cluster, display) : isReady;
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

function withoutForwards(target: Target): Target {
  return { ...target, services: target.services.map((service) => ({ ...service, forwards: [] })) };
}

function lockFor(
  { root, exec, context, dockerHost }: SessionOptions,
  { inputs, target }: ReadTarget,
): Promise<LockedCluster> {
  const allowedContexts = inputs.registry.environments[target.environment]?.cluster?.allowedContexts ?? [];
  return lockCluster({
    exec,
    root,
    allowedContexts,
    ...(context !== null && { context }),
    ...(dockerHost !== undefined && { dockerHost }),
  });
}

/** Everything outside the loop, and how it is opened and closed. */
interface World {
  readonly ports: Ports;
  /** Binds ports and watches files, so that nothing is missed and a taken port is told at once. */
  begin(): Promise<void>;
  /** From now on the world tells the loop what happens. */
  connect(loop: Loop): void;
  release(): Promise<void>;
}

function openWorld(options: SessionOptions, first: ReadTarget, cluster: LockedCluster, api: KubeApi): World {
  const { root, isOnce, ...selection } = options;
  const { kubectl } = cluster;
  const sources = new AbortController();
  const { signal } = sources;
  // Each kubectl that runs listens to it, and in a large platform dozens do at once: that is no leak.
  setMaxListeners(0, signal);
  let current = first;
  let loop: Loop | null = null;
  const emit = (event: LoopEvent): void => loop?.dispatch(event);
  const nowMs = (): number => performance.now();
  const type = clusterTypeOf(cluster);
  const engine = lazily(() => connectEngine(engineSocket(cluster.dockerSocketPath)));
  const files = watchFiles(root, emit, nowMs);
  const { pods, forwards, ended } = openPods(api, first.inputs.registry.name, cluster, selection.exec, signal);
  const troubles = reportTroubles({ kubectl, pods, environment: first.target.environment, emit, signal });
  const follow = ({ target }: ReadTarget): Promise<unknown> =>
    isOnce ? Promise.resolve() : Promise.all([bindPorts(forwards, target, options.display), files.follow(target)]);
  const read = async (): Promise<Target> => {
    const next = await readTarget(root, selection);
    await follow(next);
    current = next;
    return next.target;
  };
  return {
    ports: {
      registry: { read },
      builder: imageBuilder(root, engine),
      delivery: type.delivery(cluster, engine),
      cluster: kubectlCluster({
        kubectl,
        troubles,
        emit,
        createSecrets: () => secretsOf(selection.exec, root, current, cluster),
        readyTimeoutMs: isOnce ? READY_TIMEOUT_MS : null,
      }),
      containers: { sync: () => Promise.reject(new Error("no rule")) },
      clock: { nowMs },
    },
    begin: async () => void (await follow(first)),
    connect: (started) => void (loop = started),
    async release() {
      sources.abort();
      await Promise.all([files.close(), forwards.close(), ended]);
      await api.close();
      await cluster.release();
    },
  };
}

/** The platform's pods, and the ports of this machine that lead to them. */
function openPods(
  api: KubeApi,
  platform: string,
  { dockerSocketPath }: LockedCluster,
  exec: Exec,
  signal: AbortSignal,
): { readonly pods: Pods; readonly forwards: Forwards; readonly ended: Promise<unknown> } {
  const { pods, ended: podsEnded } = watchPods(api, platform, signal);
  const { revisions, ended: revisionsEnded } = watchRevisions(api, platform, signal);
  const forwards = portForwards({ api, pods, revisions, exec, dockerSocketPath });
  return { pods, forwards, ended: Promise.all([podsEnded, revisionsEnded]) };
}

async function bindPorts(forwards: Forwards, { services }: Target, display: Display): Promise<void> {
  display.findings(await forwards.bind(services));
}

async function secretsOf(
  exec: Exec,
  root: string,
  { inputs, target }: ReadTarget,
  cluster: LockedCluster,
): Promise<readonly string[]> {
  const model = environmentModel(inputs, target.environment);
  const { create } = await createSecrets(root, model, cluster, exec, () => undefined);
  return create.map(({ secret }) => `Secret ${secret.namespace}/${secret.name}`);
}

function about({ target, inputs }: ReadTarget): {
  readonly platform: string;
  readonly environment: string;
  readonly subjects: readonly string[];
} {
  const subjects = [...target.images, ...target.services].map(({ name }) => name);
  return { platform: inputs.registry.name, environment: target.environment, subjects };
}

function engineSocket(path: string | null): string {
  if (path !== null) return path;
  throw userError(
    "ENGINE_MISSING",
    "Docker engine",
    "no Docker engine of this machine answers",
    "start Docker, then try again",
  );
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => (made ??= make());
}
