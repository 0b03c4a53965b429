import type { KubeObject } from "../../../tools/render/object.ts";

// Services that are broken in one way each, as Kubernetes objects: made of nothing but busybox, so that a node that can
// pull nothing runs them all.

export interface BrokenService {
  readonly name: string;
  readonly objects: readonly KubeObject[];
  readonly dependsOn?: readonly string[];
  /** What must be told, and nothing else. */
  readonly code: string;
  readonly words: RegExp;
  readonly fix: RegExp;
  /** What the kubelet or a controller says first of it: from then on the time counts. */
  readonly reported: RegExp;
  /** How long it is deliberately not called trouble, from that report on. */
  readonly patienceMs?: number;
}

export interface Place {
  readonly id: string;
  readonly namespace: string;
  /** One that enforces Pod Security. */
  readonly restricted: string;
  /** Port of the node on which a registry listens that has nothing and denies what is below /denied. */
  readonly port: number;
  /** A node without a kubelet, with a taint of its own. */
  readonly node: string;
}

export type Part = Readonly<Record<string, unknown>>;

export const IMAGE = "busybox:1.36";

export function labels(id: string, name: string): Record<string, string> {
  return {
    "app.kubernetes.io/name": name,
    "app.kubernetes.io/instance": name,
    "app.kubernetes.io/part-of": id,
    "app.kubernetes.io/managed-by": "slipway",
  };
}

/** `sh -c script` in a pod of a Deployment. `container` and `pod` are laid over what is usual. */
export function deployment(
  { id, namespace }: Pick<Place, "id" | "namespace">,
  name: string,
  script: string,
  container: Part = {},
  pod: Part = {},
): KubeObject {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels: labels(id, name) },
    spec: {
      replicas: 1,
      selector: { matchLabels: { "app.kubernetes.io/name": name } },
      template: { metadata: { labels: labels(id, name) }, spec: podSpec(script, container, pod) },
    },
  } as KubeObject;
}

export function podSpec(script: string, container: Part = {}, pod: Part = {}): Part {
  const main = {
    name: "main",
    image: IMAGE,
    imagePullPolicy: "IfNotPresent",
    command: ["sh", "-c", script],
    terminationMessagePolicy: "FallbackToLogsOnError",
    resources: { requests: { cpu: "1m", memory: "4Mi" } },
    ...container,
  };
  return { terminationGracePeriodSeconds: 1, enableServiceLinks: false, containers: [main], ...pod };
}

export function job({ id, namespace }: Place, name: string, script: string, spec: Part): KubeObject {
  const template = { metadata: { labels: labels(id, name) }, spec: { ...podSpec(script), restartPolicy: "Never" } };
  const metadata = { name, namespace, labels: labels(id, name) };
  return { apiVersion: "batch/v1", kind: "Job", metadata, spec: { ...spec, template } } as KubeObject;
}

export function claim({ namespace }: Place, name: string, spec: Part): KubeObject {
  const resources = { requests: { storage: "1Mi" } };
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name, namespace },
    spec: { accessModes: ["ReadWriteOnce"], resources, ...spec },
  } as KubeObject;
}

export const SLEEP = "trap 'exit 0' TERM; sleep 1000 & wait";
export const quick = { periodSeconds: 1, failureThreshold: 2 };
export const mounted = (volume: Part): [Part, Part] => [
  { volumeMounts: [{ name: "v", mountPath: "/v" }] },
  { volumes: [{ name: "v", ...volume }] },
];
export const claimed = (name: string): [Part, Part] => mounted({ persistentVolumeClaim: { claimName: name } });
export const reference = (from: Part): Part => ({ env: [{ name: "VALUE", valueFrom: from }] });
