import { type Pod, isReady, revisionHash, serviceOf } from "./pod.ts";

/** Of the workload and of each job those of the newest template, all of them. */
export function newestPods(pods: readonly Pod[]): readonly Pod[] {
  const byAge = pods.toSorted((a, b) => createdOf(a).localeCompare(createdOf(b)));
  const last = new Map(byAge.map((pod) => [instanceOf(pod), revisionHash(pod)]));
  return byAge.filter((pod) => revisionHash(pod) === last.get(instanceOf(pod)));
}

function instanceOf({ metadata }: Pod): string {
  return metadata.labels?.["app.kubernetes.io/instance"] ?? "";
}

function createdOf({ metadata }: Pod): string {
  return metadata.creationTimestamp ?? "";
}

/** How many of the newest pods of a service's workload are Ready. */
export function readyPods(pods: readonly Pod[]): number {
  return newestPods(pods).filter((pod) => instanceOf(pod) === serviceOf(pod) && isReady(pod)).length;
}
