import { type JsonObject, isObject } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import type { Placed } from "../render/render.ts";
import { type Problem, type Subject, type Violation, ofKind } from "./check.ts";
import { at, firstLabel, objectAt, objectsAt, selects, textAt, textMapAt, textsAt } from "./fields.ts";

/** A container as a check reads it: nothing is missing, whatever was written. */
export interface Container {
  readonly name: string;
  readonly isInit: boolean;
  readonly image: string;
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly Variable[];
  readonly envFrom: readonly JsonObject[];
  readonly ports: readonly JsonObject[];
  readonly volumeMounts: readonly JsonObject[];
  readonly resources: {
    readonly requests: Readonly<Record<string, string>>;
    readonly limits: Readonly<Record<string, string>>;
  };
  readonly securityContext: JsonObject;
  /** Everything else that is written. */
  readonly written: JsonObject;
}

export interface Variable {
  readonly name: string;
  /** Null where it comes from elsewhere. */
  readonly value: string | null;
  readonly valueFrom: JsonObject;
}

/** An object that makes pods. */
export interface Pod {
  readonly object: Placed;
  readonly kind: string;
  readonly namespace: string;
  /** The pod's own metadata, not the object's. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
  /** Init containers first. */
  readonly containers: readonly Container[];
}

const known = new WeakMap<readonly Placed[], readonly Pod[]>();

/** Every object that makes pods: workloads, Jobs, CronJobs, bare Pods, and whatever else has a pod template. */
export function pods({ placed }: Subject): readonly Pod[] {
  const found = known.get(placed) ?? placed.flatMap(podOf);
  known.set(placed, found);
  return found;
}

const byLabel = new WeakMap<readonly Placed[], ReadonlyMap<string, readonly Pod[]>>();

/** The pods of a namespace that a selector selects. */
export function podsSelected(subject: Subject, namespace: string, selector: unknown): readonly Pod[] {
  const found = byLabel.get(subject.placed) ?? groupByLabel(pods(subject));
  byLabel.set(subject.placed, found);
  const candidates = found.get(`${namespace} ${firstLabel(selector)}`) ?? [];
  return candidates.filter(({ labels }) => selects(selector, labels));
}

/** By namespace and label; by namespace alone for selectors that name no label. */
function groupByLabel(all: readonly Pod[]): ReadonlyMap<string, readonly Pod[]> {
  const groups = new Map<string, Pod[]>();
  for (const pod of all) {
    for (const label of ["", ...Object.entries(pod.labels).map(([key, value]) => `${key}=${value}`)]) {
      const key = `${pod.namespace} ${label}`;
      const group = groups.get(key);
      if (group) group.push(pod);
      else groups.set(key, [pod]);
    }
  }
  return groups;
}

/** A problem, or several, of one container. */
export function perContainer(
  subject: Subject,
  find: (container: Container, pod: Pod) => readonly (Problem | false | null)[],
): Violation[] {
  return perPod(subject, (pod) => pod.containers.flatMap((container) => find(container, pod)));
}

/** A problem, or several, of one pod; the same one of several containers is told once. */
export function perPod(subject: Subject, find: (pod: Pod) => readonly (Problem | false | null)[]): Violation[] {
  return pods(subject).flatMap((pod) => {
    const problems = new Map(find(pod).flatMap((one) => (one ? [[one.message, one] as const] : [])));
    return [...problems.values()].map(({ message, fix }) => ({ object: pod.object, message, fix }));
  });
}

/** Kinds that run until they are done. */
export function isBatch({ kind }: Pod): boolean {
  return kind === "Job" || kind === "CronJob";
}

/** Pods that should exist at once; the autoscaler's most where one decides. Null for what runs once per node. */
export function replicasOf(pod: Pod, subject: Subject, bound: "least" | "most"): number {
  const scaler = ofKind(subject, "HorizontalPodAutoscaler").find(
    ({ object }) =>
      object.metadata.namespace === pod.object.object.metadata.namespace &&
      textAt(object, "spec", "scaleTargetRef", "name") === pod.object.object.metadata.name &&
      textAt(object, "spec", "scaleTargetRef", "kind") === pod.kind,
  );
  if (scaler) return Number(textAt(scaler.object, "spec", bound === "least" ? "minReplicas" : "maxReplicas") || 1);
  return Number(textAt(pod.object.object, "spec", "replicas") || 1);
}

function podOf(object: Placed): Pod[] {
  const template = templateOf(object.object);
  if (!template || !isObject(template["spec"])) return [];
  const spec = template["spec"];
  return [
    {
      object,
      kind: object.object.kind,
      namespace: object.object.metadata.namespace ?? "",
      labels: textMapAt(template, "metadata", "labels"),
      annotations: textMapAt(template, "metadata", "annotations"),
      spec,
      containers: [
        ...objectsAt(spec, "initContainers").map((one) => containerOf(one, true)),
        ...objectsAt(spec, "containers").map((one) => containerOf(one, false)),
      ],
    },
  ];
}

function templateOf(object: KubeObject): JsonObject | null {
  if (object.kind === "Pod") return object;
  const template = at(object, "spec", "jobTemplate", "spec", "template") ?? at(object, "spec", "template");
  return isObject(template) ? template : null;
}

function containerOf(written: JsonObject, isInit: boolean): Container {
  return {
    name: textAt(written, "name"),
    isInit,
    image: textAt(written, "image"),
    command: textsAt(written, "command"),
    args: textsAt(written, "args"),
    env: objectsAt(written, "env").map((one) => ({
      name: textAt(one, "name"),
      value: typeof one["value"] === "string" ? one["value"] : null,
      valueFrom: objectAt(one, "valueFrom"),
    })),
    envFrom: objectsAt(written, "envFrom"),
    ports: objectsAt(written, "ports"),
    volumeMounts: objectsAt(written, "volumeMounts"),
    resources: {
      requests: textMapAt(written, "resources", "requests"),
      limits: textMapAt(written, "resources", "limits"),
    },
    securityContext: objectAt(written, "securityContext"),
    written,
  };
}

/** A setting of the security context as it holds for a container: its own, else the pod's. */
export function effective({ securityContext }: Container, { spec }: Pod, field: string): unknown {
  return securityContext[field] ?? at(spec, "securityContext", field);
}
