import { setMaxListeners } from "node:events";
import type { LockedCluster } from "../tools/cluster/context-lock.ts";
import { createSecrets } from "../tools/cluster/secrets.ts";
import { type Finding, userError } from "../tools/lib/errors.ts";
import { environmentModel } from "../tools/model/model.ts";
import { imageBuilder } from "./build/builder.ts";
import { type Engine, connectEngine } from "./build/engine.ts";
import type { KubeApi } from "./cluster/api/api.ts";
import { apiCluster } from "./cluster/cluster.ts";
import { type Forwards, portForwards } from "./cluster/port-forward.ts";
import { reportTroubles } from "./cluster/troubles.ts";
import type { LoopEvent } from "./core/events.ts";
import type { Loop } from "./core/loop.ts";
import type { Ports } from "./core/ports.ts";
import type { Target } from "./core/target.ts";
import { clusterTypeOf } from "./delivery/select.ts";
import type { SessionOptions } from "./session.ts";
import { debugging } from "./sources/debugging.ts";
import { watchFiles } from "./sources/files.ts";
import { podLogs } from "./sources/logs.ts";
import { readyPods } from "./sources/newest-pods.ts";
import { type Pods, watchPods } from "./sources/pods.ts";
import { type ReadTarget, readTarget } from "./sources/registry.ts";
import { watchRevisions } from "./sources/revisions.ts";
import type { OpenInNode } from "./sync/channels.ts";
import { containerSync } from "./sync/index.ts";

/** Everything outside the loop, and how it is opened and closed. */
export interface World {
  readonly ports: Ports;
  /** Binds ports and watches files, so that nothing is missed and a taken port is told at once. */
  begin(): Promise<void>;
  /** From now on the world tells the loop what happens. */
  connect(loop: Loop): void;
  release(): Promise<void>;
}

/** In CI nobody can mend anything, so waiting has an end: five minutes, enough for a database on a slow disk. */
const READY_TIMEOUT_MS = 300_000;

/** The real world: files, engine and cluster, each behind the port that the loop knows it by. */
export function openWorld(options: SessionOptions, first: ReadTarget, locked: LockedCluster, api: KubeApi): World {
  const { root, isOnce, mayPruneData } = options;
  const platform = first.inputs.registry.name;
  const { environment } = first.target;
  const sources = new AbortController();
  const { signal } = sources;
  // Each call that waits listens to it, and in a large platform dozens do at once: that is no leak.
  setMaxListeners(0, signal);
  let current = first;
  let loop: Loop | null = null;
  const emit = (event: LoopEvent): void => {
    if (event.type === "files-changed") builder.changed(event.paths);
    loop?.dispatch(event);
  };
  const notice = (finding: Finding): void => emit({ type: "noticed", finding });
  const nowMs = (): number => performance.now();
  const engine = engineOf(locked);
  const builder = imageBuilder(root, engine, {
    isWatched: !isOnce,
    onProgress: (image, progress) => options.display.building?.(image, progress),
  });
  const delivery = clusterTypeOf(locked).delivery(locked, engine, { notice });
  const files = watchFiles(root, emit, nowMs);
  const { pods, forwards, ended } = openPods(options, platform, locked, api, signal);
  const containers = containerSync({ root, api, pods, openInNode: nodesOf(locked, engine), notice });
  const troubles = reportTroubles({ kubectl: locked.kubectl, pods, environment, emit, signal });
  const cluster = apiCluster({
    ...{ api, kubectl: locked.kubectl, troubles, emit, platform, environment },
    createSecrets: () => secretsOf(options, current, locked),
    readyTimeoutMs: isOnce ? READY_TIMEOUT_MS : null,
    mayDeleteData: mayPruneData,
  });
  return {
    ports: {
      registry: { read },
      builder,
      delivery,
      cluster,
      containers,
      clock: { nowMs },
    },
    begin: () => follow(first),
    connect(started) {
      loop = started;
      show(options, started, api, pods);
    },
    async release() {
      sources.abort();
      containers.close();
      await Promise.all([files.close(), forwards.close(), delivery.close(), cluster.close(), ended]);
      await api.close();
      await locked.release();
    },
  };

  async function read(): Promise<Target> {
    const next = await readFor(options);
    await follow(next);
    current = next;
    return next.target;
  }

  async function follow({ target }: ReadTarget): Promise<void> {
    if (!isOnce) await Promise.all([bindPorts(options, forwards, target), files.follow(target)]);
    if (!isOnce) containers.follow(target);
    // What was not watched until now may have changed.
    builder.changed(null);
  }
}

/** What a display that has keys sees of the pods, and asks of the loop. */
function show({ display }: SessionOptions, loop: Loop, api: KubeApi, pods: Pods): void {
  display.connect?.({
    command: (command) => loop.dispatch({ type: "commanded", command, atMs: performance.now() }),
    readyPods: (service) => readyPods(pods.of(service)),
    onPods: (listener) => pods.onChange(listener),
    logs: podLogs(api, pods),
  });
}

/** The registry below the root, and what of it a session is about. */
export async function readFor({ root, debugged, ...selection }: SessionOptions): Promise<ReadTarget> {
  const read = await readTarget(root, selection);
  return debugged === null ? read : { ...read, target: debugging(read.target, debugged) };
}

/** The platform's pods, and the ports of this machine that lead to them. */
function openPods(
  { exec }: SessionOptions,
  platform: string,
  { dockerSocketPath }: LockedCluster,
  api: KubeApi,
  signal: AbortSignal,
): { readonly pods: Pods; readonly forwards: Forwards; readonly ended: Promise<unknown> } {
  const { pods, ended: podsEnded } = watchPods(api, platform, signal);
  const { revisions, ended: revisionsEnded } = watchRevisions(api, platform, signal);
  const forwards = portForwards({ api, pods, revisions, exec, dockerSocketPath });
  return { pods, forwards, ended: Promise.all([podsEnded, revisionsEnded]) };
}

async function bindPorts({ display }: SessionOptions, forwards: Forwards, { services }: Target): Promise<void> {
  display.findings(await forwards.bind(services));
}

async function secretsOf(
  { exec, root }: SessionOptions,
  { inputs, target }: ReadTarget,
  locked: LockedCluster,
): Promise<readonly string[]> {
  const model = environmentModel(inputs, target.environment);
  const { create } = await createSecrets(root, model, locked, exec, () => undefined);
  return create.map(({ secret }) => `Secret ${secret.namespace}/${secret.name}`);
}

/** Loading the client takes a tenth of a second: only who needs it waits for it. */
function engineOf({ dockerSocketPath }: LockedCluster): () => Promise<Engine> {
  let made: Promise<Engine> | null = null;
  return () => {
    if (dockerSocketPath === null) throw engineMissing();
    return (made ??= connectEngine(dockerSocketPath));
  };
}

/** Programs in nodes, where this machine's engine runs them. */
function nodesOf({ nodes }: LockedCluster, engine: () => Promise<Engine>): OpenInNode | null {
  if (nodes.length === 0) return null;
  return async (node, command) => (await engine()).open(node, command);
}

function engineMissing(): Error {
  return userError(
    "ENGINE_MISSING",
    "Docker engine",
    "no Docker engine of this machine answers",
    "start Docker, then start the loop again",
  );
}
