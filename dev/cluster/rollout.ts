/** What the API says about a workload: as much of it as tells whether it is rolled out. */
export interface Workload {
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly creationTimestamp?: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly { readonly kind: string; readonly name: string; readonly uid?: string }[];
    readonly managedFields?: readonly { readonly subresource?: string; readonly time?: string }[];
  };
  readonly spec: {
    readonly replicas?: number;
    /** Of a Job. */
    readonly parallelism?: number;
    readonly backoffLimit?: number;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    /** Of a Job. */
    readonly active?: number;
    readonly failed?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly unavailableReplicas?: number;
    /** Of a DaemonSet. */
    readonly desiredNumberScheduled?: number;
    readonly currentNumberScheduled?: number;
    readonly updatedNumberScheduled?: number;
    readonly numberAvailable?: number;
    readonly currentRevision?: string;
    readonly updateRevision?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
  };
}

/** Only a job fails for good: whatever else there is goes on trying. */
export type Rollout = "ready" | "waiting" | "failed";

/** Kinds whose end is waited for. */
export const WORKLOAD_KINDS: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/** Path of all objects of such a kind. */
export function collectionOf(kind: string): string {
  return kind === "Job" ? "/apis/batch/v1/jobs" : `/apis/apps/v1/${kind.toLowerCase()}s`;
}

/**
 * Whether what was applied last is what runs, and is Ready; older revisions do not count. As `kubectl rollout status`
 * decides it, except that it does not wait for the last old pod to be gone.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutOf(workload: Workload): Rollout {
  if (workload.kind === "Job") return jobRollout(workload);
  const { metadata, status = {} } = workload;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return "waiting";
  return isRolledOut(workload) ? "ready" : "waiting";
}

function isRolledOut(workload: Workload): boolean {
  if (workload.kind === "DaemonSet") return isDaemonSetRolledOut(workload);
  return workload.kind === "StatefulSet" ? isStatefulSetRolledOut(workload) : isDeploymentRolledOut(workload);
}

/** Older pods never hide that a new one is not available: there is one more pod than wanted, and it counts as unavailable. */
function isDeploymentRolledOut({ spec, status = {} }: Workload): boolean {
  return (status.updatedReplicas ?? 0) >= (spec.replicas ?? 1) && (status.unavailableReplicas ?? 0) === 0;
}

/** Pods below a partition, and those that only their deletion replaces, stay as they are. */
function isStatefulSetRolledOut({ spec, status = {} }: Workload): boolean {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const wanted = (spec.replicas ?? 1) - (rollingUpdate?.partition ?? 0);
  const isCurrent =
    type === "OnDelete" ||
    status.currentRevision === status.updateRevision ||
    (rollingUpdate?.partition !== undefined && (status.updatedReplicas ?? 0) >= wanted);
  return (status.readyReplicas ?? 0) >= (spec.replicas ?? 1) && isCurrent;
}

/** One pod per node that takes it: none is also enough. */
function isDaemonSetRolledOut({ spec, status = {} }: Workload): boolean {
  const wanted = status.desiredNumberScheduled ?? 0;
  const isCurrent = spec.updateStrategy?.type === "OnDelete" || (status.updatedNumberScheduled ?? 0) >= wanted;
  return isCurrent && (status.numberAvailable ?? 0) >= wanted;
}

function jobRollout({ status = {} }: Workload): Rollout {
  const isTrue = (wanted: string): boolean =>
    status.conditions?.some(({ type, status: value }) => type === wanted && value === "True") ?? false;
  if (isTrue("Failed")) return "failed";
  return isTrue("Complete") || isTrue("Suspended") ? "ready" : "waiting";
}

/** Whether it serves, be it an older revision: what those that depend on it ask. */
export function isServing(workload: Workload): boolean {
  const { kind, spec, status = {} } = workload;
  if (kind === "Job") return rolloutOf(workload) === "ready";
  if (kind === "DaemonSet") return (status.numberAvailable ?? 0) > 0 || status.desiredNumberScheduled === 0;
  return (status.readyReplicas ?? 0) > 0 || spec.replicas === 0;
}

/** Whether it has fewer pods than it should have made by now. */
export function isShortOfPods({ kind, spec, status = {} }: Workload): boolean {
  if (kind === "Job") return (status.active ?? 0) < (spec.parallelism ?? 1);
  if (kind === "DaemonSet") return (status.currentNumberScheduled ?? 0) < (status.desiredNumberScheduled ?? 0);
  return (status.replicas ?? 0) < (spec.replicas ?? 1);
}
