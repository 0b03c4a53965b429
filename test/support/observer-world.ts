import { readFileSync } from "node:fs";
import { join } from "node:path";
import { mock } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { KubeApi, Watcher } from "../../dev/cluster/api/api.ts";
import type { Evidence } from "../../dev/cluster/diagnosis/evidence.ts";
import { openObserver } from "../../dev/cluster/observe.ts";
import type { Workload } from "../../dev/cluster/rollout.ts";
import type { LoopEvent } from "../../dev/core/events.ts";
import { type Pod, ownerOf } from "../../dev/sources/pod.ts";

// An observer of one service, to which the test is the API and the clock.

mock.timers.enable({ apis: ["setTimeout"] });

export const command = podNamed("command");
export const crash = podNamed("crash");

export async function openWorld(first: Pod, isObserved = true, dependencies: readonly string[] = []) {
  const watchers = new Map<string, Watcher>();
  const events: LoopEvent[] = [];
  const session = new AbortController();
  let current: Pod | null = null;
  let log: string | null = "";
  let changed: (service: string) => void = () => undefined;
  let asApplied = deployment({ generation: 1, revision: 1, observed: 1 });
  const service = first.metadata.labels?.["app.kubernetes.io/name"] ?? "";
  const api = {
    watch: async (path: string, _: unknown, watcher: Watcher) =>
      void watchers.set(path.split("/").at(-1) ?? "", watcher),
    request: async (_: string, path: string) =>
      path.endsWith("/log")
        ? log === null
          ? Promise.reject(new Error("away"))
          : { status: 200, body: log, warnings: [] }
        : { status: 200, body: path === "/api/v1/services" ? { items: [] } : asApplied, warnings: [] },
  } as unknown as KubeApi;
  const observer = openObserver({
    api,
    pods: {
      of: (name) => (current && name === service ? [current] : []),
      onChange: (listener) => (changed = listener),
    },
    platform: "acme",
    environment: "local",
    dependenciesOf: () => dependencies,
    emit: (event) => void events.push(event),
    signal: session.signal,
  });
  const drawing = { objects: [named("Deployment", service)], digest: "1" };
  observer.reset(service, drawing);
  const push = (collection: string, object: unknown): void =>
    watchers.get(collection)?.onEvent("MODIFIED", withNames(object, first));
  push("deployments", deployment({ generation: 1, revision: 1, observed: 1 }));
  push("replicasets", replicaSet(first));
  const observe = (timeoutMs: number | null = null, signal = session.signal): Promise<void> =>
    observer.observe(service, drawing, timeoutMs, signal);
  const outcome = isObserved ? observe() : Promise.resolve();
  await settle();
  return {
    events,
    outcome,
    observe,
    settle,
    push,
    applied: (workload: Workload) => void (asApplied = workload),
    async deployment(state: State) {
      asApplied = deployment(state);
      push("deployments", asApplied);
      await settle();
    },
    /** A log of null: the API does not give it. */
    async pod(pod: Pod, text: string | null = "") {
      current = pod;
      log = text;
      changed(service);
      await settle();
    },
    told: () => events.map((event) => (event.type === "service-troubled" ? event.finding.code : event.type)),
    messages: () => events.flatMap((event) => (event.type === "service-troubled" ? [event.finding.message] : [])),
  };
}

interface State {
  readonly generation: number;
  readonly revision: number;
  readonly observed: number;
  readonly ready?: number;
}

const REVISION = "deployment.kubernetes.io/revision";

export function deployment({ generation, revision, observed, ready = 0 }: State): Workload {
  return {
    kind: "Deployment",
    metadata: { name: "", uid: "deployment", generation, annotations: { [REVISION]: String(revision) } },
    spec: { replicas: 1 },
    status: { observedGeneration: observed, replicas: 1, updatedReplicas: ready, unavailableReplicas: 1 - ready },
  };
}

function replicaSet(pod: Pod): object {
  const metadata = {
    name: ownerOf(pod).name,
    annotations: { [REVISION]: "1" },
    ownerReferences: [{ kind: "Deployment", name: "", uid: "deployment" }],
  };
  return { metadata, spec: { replicas: 1 }, status: { replicas: 1 } };
}

function withNames(object: unknown, { metadata: { namespace, labels } }: Pod): object {
  const { metadata, ...rest } = object as Workload;
  const name = metadata.name === "" ? (labels?.["app.kubernetes.io/name"] ?? "") : metadata.name;
  return { ...rest, metadata: { ...metadata, name, namespace, labels } };
}

function named(
  kind: string,
  name: string,
): { apiVersion: string; kind: string; metadata: { name: string; namespace: string } } {
  return { apiVersion: "apps/v1", kind, metadata: { name, namespace: crash.metadata.namespace ?? "" } };
}

/** The pod of `crash` after a run of its own. */
export function crashedAs(containerID: string, restartCount = 1): Pod {
  const at = new Date().toISOString();
  const terminated = {
    exitCode: 1,
    reason: "Error",
    message: "Error: said in its status",
    startedAt: at,
    finishedAt: at,
    containerID,
  };
  const state = { waiting: { reason: "CrashLoopBackOff" } };
  const containerStatuses = [{ name: "main", ready: false, restartCount, state, lastState: { terminated } }];
  return { ...crash, status: { phase: "Running", containerStatuses } };
}

function podNamed(name: string): Pod {
  return (JSON.parse(readFileSync(join(import.meta.dirname, "../dev/pods", `${name}.json`), "utf8")) as Evidence).pod;
}

/** Whatever waits for the API's answer or for a moment goes on: 200 ms pass. */
async function settle(): Promise<void> {
  for (let passed = 0; passed < 10; passed++) {
    await setImmediate();
    mock.timers.tick(20);
  }
  await setImmediate();
}
