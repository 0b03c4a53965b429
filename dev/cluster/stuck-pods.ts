import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { type Pod, isReady } from "../sources/pod.ts";
import type { Workload } from "./rollout.ts";

/**
 * Deletes the pods of a StatefulSet's former revision that never became Ready. The controller waits for them for ever,
 * also after the template was mended:
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
 */
export async function releaseStuckPods(
  kubectl: Kubectl,
  kind: string,
  name: string,
  namespace: string,
  signal: AbortSignal,
): Promise<void> {
  if (kind !== "StatefulSet") return;
  try {
    const set = (await kubectl.json(["get", "statefulset", name, "--namespace", namespace, "--output", "json"], {
      signal,
    })) as Workload;
    const selector = `app.kubernetes.io/name=${name}`;
    const { items } = (await kubectl.json(
      ["get", "pods", "--namespace", namespace, "--selector", selector, "--output", "json"],
      { signal },
    )) as { readonly items: readonly Pod[] };
    const stuck = stuckPods(set, items);
    if (stuck.length > 0)
      await kubectl.run(["delete", "pod", ...stuck, "--namespace", namespace, "--wait=false"], { signal });
  } catch {
    // An API server that is away now is asked again in a moment.
  }
}

/** Names of the pods that hold up a StatefulSet's newer revision. Pure. */
export function stuckPods({ metadata, status = {} }: Workload, pods: readonly Pod[]): string[] {
  if (status.currentRevision === status.updateRevision || (status.observedGeneration ?? 0) < (metadata.generation ?? 0))
    return [];
  const isOld = (pod: Pod): boolean => pod.metadata.labels?.["controller-revision-hash"] !== status.updateRevision;
  const isBroken = ({ status: { phase, containerStatuses = [] } = {} }: Pod): boolean =>
    phase === "Pending" || containerStatuses.some(({ state }) => state?.waiting !== undefined);
  return pods
    .filter((pod) => isOwned(pod, metadata.name) && isOld(pod) && !isReady(pod) && isBroken(pod))
    .map((pod) => pod.metadata.name);
}

function isOwned({ metadata }: Pod, set: string): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (metadata.ownerReferences?.some(({ kind, name }) => kind === "StatefulSet" && name === set) ?? false)
  );
}
