/** What the API says about a workload: as much of it as tells whether it is rolled out. */
export interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly generation?: number };
  readonly spec: {
    readonly replicas?: number;
    readonly updateStrategy?: { readonly type?: string; readonly rollingUpdate?: { readonly partition?: number } };
  };
  readonly status?: {
    readonly observedGeneration?: number;
    readonly updatedReplicas?: number;
    readonly readyReplicas?: number;
    readonly unavailableReplicas?: number;
    /** Of a DaemonSet. */
    readonly desiredNumberScheduled?: number;
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

export type Rollout =
  | { readonly state: "ready" }
  | { readonly state: "waiting" }
  | { readonly state: "failed"; readonly message: string; readonly isFinal: boolean };

/** Kinds whose end is waited for. */
export const WORKLOAD_KINDS: readonly string[] = ["Deployment", "StatefulSet", "DaemonSet", "Job"];

/**
 * Whether what was applied last is what runs, and is Ready; older revisions do not count. As `kubectl rollout status`
 * decides it, except that it does not wait for the last old pod to be gone.
 * https://github.com/kubernetes/kubectl/blob/master/pkg/polymorphichelpers/rollout_status.go
 */
export function rolloutOf(workload: Workload): Rollout {
  if (workload.kind === "Job") return jobRollout(workload);
  const { metadata, status = {} } = workload;
  if ((status.observedGeneration ?? 0) < (metadata.generation ?? 0)) return { state: "waiting" };
  if (workload.kind === "DaemonSet") return daemonSetRollout(workload);
  return workload.kind === "StatefulSet" ? statefulSetRollout(workload) : deploymentRollout(workload);
}

/** Older pods never hide that a new one is not available: there is one more pod than wanted, and it counts as unavailable. */
function deploymentRollout({ spec, status = {} }: Workload): Rollout {
  const refused = status.conditions?.find(({ type, status: value }) => type === "ReplicaFailure" && value === "True");
  if (refused) return { state: "failed", message: refused.message ?? "its pods cannot be created", isFinal: true };
  const isReady = (status.updatedReplicas ?? 0) >= (spec.replicas ?? 1) && (status.unavailableReplicas ?? 0) === 0;
  return { state: isReady ? "ready" : "waiting" };
}

/** Pods below a partition, and those that only their deletion replaces, stay as they are. */
function statefulSetRollout({ spec, status = {} }: Workload): Rollout {
  const { type, rollingUpdate } = spec.updateStrategy ?? {};
  const wanted = (spec.replicas ?? 1) - (rollingUpdate?.partition ?? 0);
  const isCurrent =
    type === "OnDelete" ||
    status.currentRevision === status.updateRevision ||
    (rollingUpdate?.partition !== undefined && (status.updatedReplicas ?? 0) >= wanted);
  const isReady = (status.readyReplicas ?? 0) >= (spec.replicas ?? 1) && isCurrent;
  return { state: isReady ? "ready" : "waiting" };
}

/** One pod per node that takes it: none is also enough. */
function daemonSetRollout({ spec, status = {} }: Workload): Rollout {
  const wanted = status.desiredNumberScheduled ?? 0;
  const isCurrent = spec.updateStrategy?.type === "OnDelete" || (status.updatedNumberScheduled ?? 0) >= wanted;
  return { state: isCurrent && (status.numberAvailable ?? 0) >= wanted ? "ready" : "waiting" };
}

function jobRollout({ status = {} }: Workload): Rollout {
  const condition = (type: string) => status.conditions?.find((one) => one.type === type && one.status === "True");
  const failed = condition("Failed");
  if (failed) return { state: "failed", message: failed.message ?? "it has failed", isFinal: true };
  return { state: condition("Complete") || condition("Suspended") ? "ready" : "waiting" };
}
