import { type Pod, isReady, revisionHash, serviceOf } from "../sources/pod.ts";

/** Where a connection to a service could go. */
export interface Choice {
  /** Of the newest revision: one that is Ready, else the newest one that has a node. Null: none so far. */
  readonly newest: Pod | null;
  /** Ready, of an earlier revision. */
  readonly earlier: Pod | null;
  /** The newest revision as such, also where it has no pod with a node yet; null without any pod. */
  readonly revision: string | null;
  /** Nothing can be expected of the newest revision any more, as it is. */
  readonly isFailing: boolean;
}

/** What a container waits for that does not come by itself, or not soon. */
const FAILURES: readonly string[] = [
  "CrashLoopBackOff",
  "ErrImagePull",
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
];

/**
 * Pure. `pods` of one service, those that came last at the end; `revisionOf` gives the number of a pod's revision, null
 * for one that is too new to be known.
 */
export function chooseAmong(pods: readonly Pod[], revisionOf: (pod: Pod) => number | null): Choice {
  const serving = newestFirst(pods.filter(isServing));
  const numberOf = (pod: Pod): number => revisionOf(pod) ?? Infinity;
  const first = serving.reduce<Pod | null>(
    (best, pod) => (best === null || numberOf(pod) > numberOf(best) ? pod : best),
    null,
  );
  if (first === null) return { newest: null, earlier: null, revision: null, isFailing: false };
  const revision = revisionHash(first);
  const current = serving.filter((pod) => revisionHash(pod) === revision);
  return {
    newest: current.find(isReady) ?? current.find((pod) => hasNode(pod) && !hasFailed(pod)) ?? null,
    earlier: serving.find((pod) => isReady(pod) && revisionHash(pod) !== revision) ?? null,
    revision,
    isFailing: current.every(hasFailed),
  };
}

/** Jobs serve nothing; what is being deleted takes no new connections. */
function isServing(pod: Pod): boolean {
  const { metadata, status } = pod;
  return (
    metadata.labels?.["app.kubernetes.io/instance"] === serviceOf(pod) &&
    metadata.deletionTimestamp === undefined &&
    status?.phase !== "Succeeded" &&
    status?.phase !== "Failed"
  );
}

/** Kubernetes tells times in whole seconds: within one, the pod that came last counts. */
function newestFirst(pods: readonly Pod[]): Pod[] {
  const createdAt = ({ metadata }: Pod): string => metadata.creationTimestamp ?? "";
  return pods.toReversed().toSorted((a, b) => createdAt(b).localeCompare(createdAt(a)));
}

/** From then on its port may be tried; that it runs Kubernetes says up to a second late. */
function hasNode({ status }: Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === "PodScheduled" && value === "True") ?? false;
}

function hasFailed(pod: Pod): boolean {
  if (isReady(pod)) return false;
  const containers = [...(pod.status?.initContainerStatuses ?? []), ...(pod.status?.containerStatuses ?? [])];
  return containers.some(
    ({ state }) => FAILURES.includes(state?.waiting?.reason ?? "") || (state?.terminated?.exitCode ?? 0) !== 0,
  );
}
