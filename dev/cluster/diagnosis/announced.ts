import type { ContainerStatus } from "../../sources/pod.ts";
import type { ClusterEvent } from "./evidence.ts";

/**
 * A container's status as the kubelet's events announce it: it says in an event at once what it writes into the status of
 * the pod only when it comes round to it again, seconds later. Any other container's status as it is.
 */
export function announced(status: ContainerStatus, events: readonly ClusterEvent[]): ContainerStatus {
  const { reason = "" } = status.state?.waiting ?? {};
  if (!status.state?.waiting || !/^(ContainerCreating|PodInitializing|)$/.test(reason)) return status;
  const failed = events.findLast((event) => event.reason === "Failed" && isAbout(event, status.name))?.message ?? "";
  const found = ANNOUNCEMENTS.find(([pattern]) => pattern.test(failed));
  if (!found) return status;
  return { ...status, state: { waiting: { reason: found[1], message: failed.replace(/^Error: /, "") } } };
}

function isAbout({ involvedObject }: ClusterEvent, container: string): boolean {
  return involvedObject?.fieldPath?.includes(`{${container}}`) ?? false;
}

/** What a message means as the reason of a status. */
const ANNOUNCEMENTS: readonly (readonly [RegExp, string])[] = [
  [/^Error: ErrImageNeverPull/, "ErrImageNeverPull"],
  [/^Failed to pull image /, "ErrImagePull"],
  [/^Error: (?:secret|configmap) "|^Error: couldn't find key |runAsNonRoot/, "CreateContainerConfigError"],
  [/^Error: failed to (?:create|start) (?:containerd )?(?:task|container)/, "RunContainerError"],
];
