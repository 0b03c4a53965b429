import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubeApi } from "../../dev/cluster/api/api.ts";
import { connectApi } from "../../dev/cluster/api/connect.ts";
import { type OpenCluster, apiCluster } from "../../dev/cluster/cluster.ts";
import type { LiveObject } from "../../dev/cluster/owned-fields.ts";
import type { LoopEvent } from "../../dev/core/events.ts";
import type { Target } from "../../dev/core/target.ts";
import { targetOf } from "../../dev/sources/target.ts";
import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { provenCluster } from "./cluster.ts";
import { inputsOf } from "./inputs.ts";

// The loop's apply on a real cluster, without the loop: a platform of a random name, in namespaces of its own.

export const id = `apply-${randomBytes(3).toString("hex")}`;
const signal = new AbortController().signal;

let lock: LockedCluster | null = null;
let api: KubeApi | null = null;

export async function cluster(): Promise<{ readonly lock: LockedCluster; readonly api: KubeApi }> {
  lock ??= await provenCluster();
  api ??= await connectApi(lock);
  return { lock, api };
}

export async function releaseCluster(): Promise<void> {
  await api?.close();
  await lock?.release();
}

/** The loop as far as the cluster sees it: what one session of it does after each edit. */
export interface Session {
  readonly port: OpenCluster;
  readonly events: LoopEvent[];
  /** `PATCH /api/v1/…`, of all that was asked. */
  readonly requests: string[];
  /** Applies everything; resolves with the number of objects that were sent for each service. */
  run(target: Target): Promise<ReadonlyMap<string, number>>;
  findings(code: string): readonly Finding[];
  drifted(): readonly string[];
}

/** `fail`: what happens to a request instead of an answer. */
export async function startSession(
  mayDeleteData = false,
  fail: (request: string) => void = () => {},
): Promise<Session> {
  const { lock: locked, api: connected } = await cluster();
  const events: LoopEvent[] = [];
  const requests: string[] = [];
  const heard: KubeApi = {
    ...connected,
    request: async (method, path, options) => {
      requests.push(`${method} ${path}`);
      fail(`${method} ${path}`);
      return connected.request(method, path, options);
    },
  };
  const port = apiCluster({
    api: heard,
    kubectl: locked.kubectl,
    platform: id,
    environment: "local",
    troubles: { reset: () => {} },
    emit: (event) => events.push(event),
    createSecrets: async () => [],
    readyTimeoutMs: null,
    mayDeleteData,
  });
  return {
    port,
    events,
    requests,
    async run(target) {
      await port.prepare({ type: "prepare", key: "prepare", subject: "namespaces", target }, signal);
      const sent = await Promise.all(
        target.services.map(async ({ name }) => [name, await applyOne(port, target, name)] as const),
      );
      await port.prune({ type: "prune", key: "prune", subject: "namespaces", target }, signal);
      return new Map(sent);
    },
    findings: (code) =>
      events.flatMap((event) => (event.type === "noticed" && event.finding.code === code ? [event.finding] : [])),
    drifted: () => events.flatMap((event) => (event.type === "drifted" ? event.objects : [])),
  };
}

export function writesOf({ requests }: Session): string[] {
  return requests.filter((request) => !request.startsWith("GET "));
}

export function applyOne(port: OpenCluster, target: Target, service: string): Promise<number> {
  const drawing = target.draw(service, new Map());
  return port.apply({ type: "apply", key: service, subject: service, service, drawing }, signal);
}

/** As little as a service can be: no pod ever runs. */
export const EMPTY = {
  image: "busybox:1.36",
  command: ["sleep", "infinity"],
  replicas: 0,
  terminationGracePeriodSeconds: 0,
};

export function targetFrom(
  services: object,
  namespaces: readonly string[],
  more: object = {},
  only: readonly string[] | null = null,
): Target {
  const registry = {
    name: id,
    namespaces: Object.fromEntries(namespaces.map((name) => [name, {}])),
    environments: { local: { profile: "local" } },
    services,
    ...more,
  };
  return targetOf(inputsOf(registry), "local", only);
}

export function drawnIn(target: Target): KubeObject[] {
  return [
    ...target.shared.objects,
    ...target.everyService.flatMap((service) => target.draw(service, new Map()).objects),
  ];
}

const COLLECTIONS: readonly string[] = [
  "/api/v1/namespaces",
  "/api/v1/configmaps",
  "/api/v1/services",
  "/api/v1/serviceaccounts",
  "/api/v1/persistentvolumeclaims",
  "/apis/apps/v1/deployments",
  "/apis/apps/v1/statefulsets",
  "/apis/batch/v1/cronjobs",
  "/apis/batch/v1/jobs",
  "/apis/networking.k8s.io/v1/networkpolicies",
  "/apis/policy/v1/poddisruptionbudgets",
  "/apis/rbac.authorization.k8s.io/v1/roles",
  "/apis/rbac.authorization.k8s.io/v1/rolebindings",
];

/** Everything in the cluster that carries the platform's labels: `Kind namespace/name` → the object. */
export async function present(): Promise<ReadonlyMap<string, LiveObject>> {
  const { api: connected } = await cluster();
  const query = { labelSelector: `app.kubernetes.io/part-of=${id}` };
  const lists = await Promise.all(COLLECTIONS.map((path) => connected.request("GET", path, { query })));
  const entries = lists.flatMap(({ status, body }) => {
    assert.equal(status, 200);
    const { kind, items } = body as { readonly kind: string; readonly items: readonly LiveObject[] };
    return items
      .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
      .map((item) => [idOfLive(kind.replace(/List$/, ""), item.metadata), item] as const);
  });
  return new Map(entries);
}

export function idOfLive(
  kind: string,
  { namespace, name }: { readonly namespace?: string; readonly name: string },
): string {
  return `${kind} ${namespace ?? "-"}/${name}`;
}

export async function eventually<T>(check: () => Promise<T>, timeoutMs = 15_000): Promise<T> {
  for (const untilMs = Date.now() + timeoutMs; ; await sleep(50)) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > untilMs) throw error;
    }
  }
}
