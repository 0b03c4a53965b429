import { type Pod, isReady } from "../sources/pod.ts";
import type { KubeApi } from "./api/api.ts";
import type { Workload } from "./rollout.ts";

/**
 * Deletes the pods of a StatefulSet's former revision that never became Ready, each once: `released` remembers them. The
 * controller waits for them for ever, also after the template was mended:
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export function releaseStuckPods(api: KubeApi, set: Workload, pods: readonly Pod[], released: Set<string>): void {
  if (set.kind !== "StatefulSet") return;
  for (const { metadata } of stuckPods(set, pods)) {
    const id = metadata.uid ?? metadata.name;
    if (released.has(id)) continue;
    released.add(id);
    const path = `/api/v1/namespaces/${metadata.namespace}/pods/${metadata.name}`;
    // An API server that is away now is asked again at the next change.
    void api.request("DELETE", path).catch(() => released.delete(id));
  }
}

/** The pods that hold up a StatefulSet's newer revision. Pure. */
export function stuckPods({ metadata, status = {} }: Workload, pods: readonly Pod[]): Pod[] {
  if (status.currentRevision === status.updateRevision || (status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return [];
  const isOld = (pod: Pod): boolean => pod.metadata.labels?.["controller-revision-hash"] !== status.updateRevision;
  const isBroken = ({ status: { phase, containerStatuses = [] } = {} }: Pod): boolean =>
    phase === "Pending" || containerStatuses.some(({ state }) => state?.waiting !== undefined);
  return pods.filter((pod) => isOwned(pod, metadata.name) && isOld(pod) && !isReady(pod) && isBroken(pod));
}

function isOwned({ metadata }: Pod, set: string): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (metadata.ownerReferences?.some(({ kind, name }) => kind === "StatefulSet" && name === set) ?? false)
  );
}
