import { type Pod, ownerOf } from "../sources/pod.ts";
import type { Workload } from "./rollout.ts";

export interface ReplicaSet {
  readonly metadata: Workload["metadata"];
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

const REVISION = "deployment.kubernetes.io/revision";
const GENERATION = "deprecated.daemonset.template.generation";

/**
 * The ReplicaSet of a Deployment's present template, however old the object is: going back to an earlier template takes
 * up its ReplicaSet again. Null while the controller has not made it, or is behind what was applied.
 */
export function newestReplicaSet(deployment: Workload, sets: Iterable<ReplicaSet>): ReplicaSet | null {
  const revision = deployment.metadata.annotations?.[REVISION];
  // A controller that makes dozens at once falls seconds behind with what it writes about them; a first one is the newest.
  const isFirst = deployment.metadata.generation === 1;
  if (!isFirst && (revision === undefined || !isObserved(deployment))) return null;
  for (const set of sets)
    if (isOwnedBy(set.metadata, deployment) && (isFirst || set.metadata.annotations?.[REVISION] === revision))
      return set;
  return null;
}

/** Whether a pod belongs to the newest revision of its workload. What happens to older ones is of no interest any more. */
export function isCurrent(pod: Pod, workload: Workload, newest: ReplicaSet | null): boolean {
  const owner = ownerOf(pod);
  if (workload.kind === "Deployment") return newest !== null && owner.name === newest.metadata.name;
  if (!isOwnedBy(pod.metadata, workload)) return false;
  if (workload.kind === "Job") return true;
  if (!isObserved(workload)) return false;
  const { labels = {} } = pod.metadata;
  if (workload.kind === "StatefulSet") return labels["controller-revision-hash"] === workload.status?.updateRevision;
  const generation = workload.metadata.annotations?.[GENERATION];
  return generation === undefined || labels["pod-template-generation"] === generation;
}

/** Whether the controller has seen what was written last. */
export function isObserved({ metadata, status = {} }: Workload): boolean {
  return (status.observedGeneration ?? 0) >= (metadata.generation ?? 0);
}

function isOwnedBy({ ownerReferences = [] }: Pod["metadata"], { metadata }: Workload): boolean {
  return ownerReferences.some(({ uid }) => uid !== undefined && uid === metadata.uid);
}
