import { setMaxListeners } from "node:events";
import type { LockedCluster } from "../tools/cluster/context-lock.ts";
import { createSecrets } from "../tools/cluster/secrets.ts";
import { type Finding, userError } from "../tools/lib/errors.ts";
import { environmentModel } from "../tools/model/model.ts";
import { imageBuilder } from "./build/builder.ts";
import { CACHE_BYTES, boundHost } from "./build/disk.ts";
import { type Engine, connectEngine } from "./build/engine.ts";
import type { KubeApi } from "./cluster/api/api.ts";
import type { ApiUnreachable } from "./cluster/api/errors.ts";
import { apiCluster } from "./cluster/cluster.ts";
import type { Observer } from "./cluster/observe.ts";
import { clusterPlatform } from "./cluster/platform.ts";
import { type Forwards, portForwards } from "./cluster/port-forward.ts";
import type { LoopEvent } from "./core/events.ts";
import type { Loop } from "./core/loop.ts";
import type { Ports } from "./core/ports.ts";
import type { Target } from "./core/target.ts";
import { clusterTypeOf } from "./delivery/select.ts";
import { sessionObserver } from "./session-observer.ts";
import type { SessionOptions } from "./session.ts";
import { debugging } from "./sources/debugging.ts";
import { watchFiles } from "./sources/files.ts";
import { podLogs } from "./sources/logs.ts";
import { readyPods } from "./sources/newest-pods.ts";
import { type Pods, watchPods } from "./sources/pods.ts";
import { type ReadTarget, readTarget } from "./sources/registry.ts";
import { watchRevisions } from "./sources/revisions.ts";
import { watchStarts } from "./sources/starts.ts";
import type { OpenInNode } from "./sync/channels.ts";
import { containerSync } from "./sync/index.ts";

/** Everything outside the loop, and how it is opened and closed. */
export interface World {
  readonly ports: Ports;
  /** Binds ports and watches files, so that nothing is missed and a taken port is told at once. */
  begin(): Promise<void>;
  /** Removes what earlier builds have left, but not these references. */
  tidy(keep: readonly string[]): Promise<void>;
  /** From now on the world tells the loop what happens. */
  connect(loop: Loop): void;
  /** The cluster's API answers nobody any more, with the reason; or, with null, again. */
  reached(error: ApiUnreachable | null): void;
  release(): Promise<void>;
}

/** In CI nobody can mend anything, so waiting has an end: five minutes, enough for a database on a slow disk. */
const READY_TIMEOUT_MS = 300_000;

/** What every part of the world needs to know. */
interface Scene {
  readonly options: SessionOptions;
  readonly locked: LockedCluster;
  readonly api: KubeApi;
  readonly signal: AbortSignal;
  readonly emit: (event: LoopEvent) => void;
  /** The registry as it was read last. */
  readonly current: () => ReadTarget;
}

/** The real world: files, engine and cluster, each behind the port that the loop knows it by. */
export function openWorld(options: SessionOptions, first: ReadTarget, locked: LockedCluster, api: KubeApi): World {
  const sources = new AbortController();
  // Each call that waits listens to it, and in a large platform dozens do at once: that is no leak.
  setMaxListeners(0, sources.signal);
  let current = first;
  let loop: Loop | null = null;
  let reach: LoopEvent | null = null;
  const emit = (event: LoopEvent): void => {
    if (event.type === "files-changed") images.builder.changed(event.paths);
    loop?.dispatch(event);
  };
  const scene: Scene = { options, locked, api, signal: sources.signal, emit, current: () => current };
  const images = openImages(scene);
  const files = watchFiles(options.root, emit, nowMs);
  const { pods, forwards, ended } = openPods(scene);
  const containers = openContainers(scene, pods);
  const observer = sessionObserver(first, api, pods, () => current.target, emit, sources.signal);
  const cluster = openCluster(scene, observer);
  const follow = async ({ target }: ReadTarget): Promise<void> => {
    if (!options.isOnce) await Promise.all([bindPorts(options, forwards, target), files.follow(target)]);
    if (!options.isOnce) containers.follow(target);
    // What was not watched until now may have changed.
    images.builder.changed(null);
  };
  const read = async (): Promise<Target> => {
    const next = await readFor(options);
    await follow(next);
    current = next;
    return next.target;
  };
  return {
    ports: { ...images, registry: { read }, cluster, containers, clock: { nowMs } },
    begin: () => follow(first),
    tidy: images.tidy,
    connect(started) {
      loop = started;
      if (reach?.type === "cluster-lost") started.dispatch(reach);
      show(options, started, api, pods);
    },
    reached: (error) => emit((reach = reachEvent(error))),
    async release() {
      sources.abort();
      containers.close();
      await Promise.all([files.close(), forwards.close(), images.close(), cluster.close(), ended, observer.ended]);
      await api.close();
      await locked.release();
    },
  };
}

function reachEvent(error: ApiUnreachable | null): LoopEvent {
  const [finding] = error?.findings ?? [];
  return finding ? { type: "cluster-lost", finding } : { type: "cluster-returned" };
}

/** Where images are made, and how they reach the cluster. */
function openImages({ options, locked, api, emit }: Scene) {
  const engine = engineOf(locked);
  const notice = (finding: Finding): void => emit({ type: "noticed", finding });
  const platform = platformOf(api);
  const told = new Set<string>();
  const builder = imageBuilder(options.root, engine, {
    isWatched: !options.isOnce,
    platform,
    onProgress: (image, progress) => options.display.building?.(image, progress),
  });
  const delivery = clusterTypeOf(locked).delivery(locked, engine, { notice });
  const tidy = async (keep: readonly string[]): Promise<void> => {
    const { findings } = await boundHost(await engine(), { keep, cacheBytes: CACHE_BYTES });
    findings.filter(({ code }) => !told.has(code)).forEach(notice);
    findings.forEach(({ code }) => told.add(code));
  };
  return { builder, delivery, tidy, close: () => delivery.close() };
}

/** What is copied into running containers. */
function openContainers({ options: { root }, locked, api, emit }: Scene, pods: Pods) {
  const notice = (finding: Finding): void => emit({ type: "noticed", finding });
  return containerSync({ root, api, pods, openInNode: nodesOf(locked, engineOf(locked)), notice });
}

/** Asked once; again after it could not be. */
function platformOf(api: KubeApi): () => Promise<string | null> {
  let known: string | null | undefined;
  return async () => (known === undefined ? (known = await clusterPlatform(api)) : known);
}

function openCluster({ options, api, locked, emit, current }: Scene, observer: Observer) {
  const { inputs, target } = current();
  return apiCluster({
    api,
    observer,
    emit,
    platform: inputs.registry.name,
    environment: target.environment,
    createSecrets: () => secretsOf(options, current(), locked),
    readyTimeoutMs: options.isOnce ? READY_TIMEOUT_MS : null,
    mayDeleteData: options.mayPruneData,
  });
}

function nowMs(): number {
  return performance.now();
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
function openPods({ options: { exec }, locked: { dockerSocketPath }, api, signal, current }: Scene): {
  readonly pods: Pods;
  readonly forwards: Forwards;
  readonly ended: Promise<unknown>;
} {
  const platform = current().inputs.registry.name;
  const { pods, ended: podsEnded } = watchPods(api, platform, signal);
  const { revisions, ended: revisionsEnded } = watchRevisions(api, platform, signal);
  const { starts, ended: startsEnded } = watchStarts(api, signal);
  const forwards = portForwards({ api, pods, revisions, starts, exec, dockerSocketPath });
  return { pods, forwards, ended: Promise.all([podsEnded, revisionsEnded, startsEnded]) };
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
