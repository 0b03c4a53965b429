import { sameJson } from "../lib/merge.ts";
import type { KubeObject } from "../render/object.ts";
import { type ConfigMaps, changedReadings } from "./config.ts";
import { type FieldChange, diffFields } from "./fields.ts";
import { objectName } from "./object-name.ts";
import { numberAt, valueAt } from "./value-at.ts";

/** What an apply does to the pods of a workload. */
export interface PodChange {
  /**
   * `start`: new ones. `restart`: replaced by new ones. `scale`: more or fewer, the others stay. `run`: a new Job.
   * `run again`: a Job of another specification. `next run`: a CronJob's, from its next run on. `when deleted`: only pods that
   * somebody deletes come back new.
   */
  readonly type: "start" | "restart" | "scale" | "run" | "run again" | "next run" | "when deleted";
  /** `2`, `3-10` under an autoscaler, `one per node`. */
  readonly count: string;
  /** Why: fields of the pod template, and the values of ConfigMaps that it reads. */
  readonly because: readonly string[];
}

/** What both sides hold beside the workload. */
export interface Surroundings {
  readonly configBefore: ConfigMaps;
  readonly configAfter: ConfigMaps;
  /** Objects of the side after: an autoscaler may decide about replicas. */
  readonly objects: readonly KubeObject[];
}

const TEMPLATE: Readonly<Record<string, string>> = {
  Deployment: "spec.template",
  StatefulSet: "spec.template",
  DaemonSet: "spec.template",
  ReplicaSet: "spec.template",
  Job: "spec.template",
  CronJob: "spec.jobTemplate.spec.template",
};

/** Null where no pod starts, ends or changes. */
export function podChange(before: KubeObject | null, after: KubeObject | null, around: Surroundings): PodChange | null {
  const path = TEMPLATE[after?.kind ?? ""];
  if (!after || path === undefined) return null;
  const count = countOf(after, around.objects);
  if (!before) return count === "0" || after.kind === "CronJob" ? null : { type: startOf(after), count, because: [] };
  const fields = diffFields(valueAt(before, path), valueAt(after, path));
  const because = reasons(fields, after, path, around);
  const isSame = sameJson(objectName(before), objectName(after));
  if (!isSame) return count === "0" ? null : { type: after.kind === "Job" ? "run again" : "start", count, because };
  if (fields.length > 0) return count === "0" ? null : { type: replacementOf(after), count, because };
  const old = countOf(before, around.objects);
  return old === count ? null : { type: "scale", count: `${old} → ${count}`, because: [] };
}

function startOf({ kind }: KubeObject): PodChange["type"] {
  return kind === "Job" ? "run" : "start";
}

function replacementOf(workload: KubeObject): PodChange["type"] {
  if (workload.kind === "CronJob") return "next run";
  return valueAt(workload, "spec.updateStrategy.type") === "OnDelete" || workload.kind === "ReplicaSet"
    ? "when deleted"
    : "restart";
}

/** The name of the field without its way there; the hash of a configuration as what it is the hash of. */
function reasons(fields: readonly FieldChange[], after: KubeObject, path: string, around: Surroundings): string[] {
  const { configBefore, configAfter } = around;
  const namespace = after.metadata.namespace ?? null;
  const config = changedReadings(valueAt(after, `${path}.spec`), namespace, configBefore, configAfter);
  const own = fields
    .filter((field) => config.length === 0 || !isConfigHash(field))
    .map((field) => shortPath(field.path));
  return [...own, ...config];
}

export function isConfigHash({ path }: FieldChange): boolean {
  return path.endsWith("annotations[checksum/config]");
}

/** `spec.template.spec.containers[core].env[A].value` → `containers[core].env[A]` */
export function shortPath(path: string): string {
  return path
    .replace(/^(spec\.(jobTemplate\.spec\.)?template\.)?(spec|metadata)\.(?=.)/, "")
    .replace(/(\.env\[[^\]]+\])\.value$/, "$1");
}

function countOf(workload: KubeObject, objects: readonly KubeObject[]): string {
  if (workload.kind === "DaemonSet") return "one per node";
  if (workload.kind === "Job") return String(numberAt(workload, "spec.parallelism") ?? 1);
  if (workload.kind === "CronJob") return valueAt(workload, "spec.suspend") === true ? "0" : "1";
  const replicas = numberAt(workload, "spec.replicas") ?? 1;
  const scaler = objects.find((object) => object.kind === "HorizontalPodAutoscaler" && isTarget(workload, object));
  if (scaler && replicas !== 0)
    return `${numberAt(scaler, "spec.minReplicas") ?? 1}-${numberAt(scaler, "spec.maxReplicas")}`;
  return String(replicas);
}

function isTarget(workload: KubeObject, scaler: KubeObject): boolean {
  return (
    valueAt(scaler, "spec.scaleTargetRef.kind") === workload.kind &&
    valueAt(scaler, "spec.scaleTargetRef.name") === workload.metadata.name &&
    scaler.metadata.namespace === workload.metadata.namespace
  );
}
