import type { Pod } from "../sources/pod.ts";
import { isCurrent, newestReplicaSet } from "./revision.ts";
import type { Workload } from "./rollout.ts";
import type { View } from "./view.ts";

/**
 * The pods of a workload that count: of its newest revision, not on their way out, and none that another has replaced.
 * Of a job that may try no more there is none: that it has failed is told with all that is known.
 */
export function currentPods(workload: Workload, pods: readonly Pod[], view: View): readonly Pod[] {
  const newest =
    workload.kind === "Deployment" ? newestReplicaSet(workload, view.replicaSetsOf(workload.metadata.uid ?? "")) : null;
  const mine = pods.filter((pod) => pod.metadata.deletionTimestamp === undefined && isCurrent(pod, workload, newest));
  if (workload.kind === "Job") return isLastTry(workload, mine) ? [] : youngest(mine);
  const living = mine.filter(({ status }) => status?.phase !== "Failed");
  return living.length > 0 ? living : youngest(mine);
}

function isLastTry({ spec, status = {} }: Workload, pods: readonly Pod[]): boolean {
  const failures = pods.filter(hasFailed).length;
  return Math.max(status.failed ?? 0, failures) > (spec.backoffLimit ?? 6);
}

/** A container's end is told a moment before the pod's. */
function hasFailed({ status }: Pod): boolean {
  const ends = (status?.containerStatuses ?? []).map(({ state }) => state?.terminated?.exitCode ?? 0);
  return status?.phase === "Failed" || ends.some((exitCode) => exitCode !== 0);
}

function youngest(pods: readonly Pod[]): readonly Pod[] {
  const created = ({ metadata }: Pod): string => metadata.creationTimestamp ?? "";
  return pods.toSorted((a, b) => created(b).localeCompare(created(a))).slice(0, 1);
}
