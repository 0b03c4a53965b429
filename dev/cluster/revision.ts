import type { Kubectl } from "../../tools/cluster/kubectl.ts";
import { type Pod, ownerOf, serviceOf } from "../sources/pod.ts";

/** Whether a pod belongs to the newest revision of its workload. What happens to older ones is of no interest any more. */
export async function isCurrent(
  kubectl: Kubectl,
  pod: Pod,
  currentJobs: readonly string[],
  signal: AbortSignal,
): Promise<boolean> {
  const owner = ownerOf(pod);
  if (owner.kind === "Job") return currentJobs.includes(owner.name);
  const namespace = pod.metadata.namespace ?? "default";
  if (owner.kind === "ReplicaSet")
    return owner.name === newestReplicaSet(await replicaSets(kubectl, namespace, serviceOf(pod), signal));
  if (owner.kind !== "StatefulSet") return true;
  const set = (await kubectl.json(["get", "statefulset", owner.name, "--namespace", namespace, "--output", "json"], {
    signal,
  })) as StatefulSet;
  return set.status?.updateRevision === pod.metadata.labels?.["controller-revision-hash"];
}

export interface ReplicaSet {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

interface StatefulSet {
  readonly status?: { readonly updateRevision?: string };
}

/** The highest revision is the newest, however old the object is: going back to an earlier template takes up its ReplicaSet again. */
export function newestReplicaSet(sets: readonly ReplicaSet[]): string | null {
  const revisionOf = ({ metadata }: ReplicaSet): number =>
    Number(metadata.annotations?.["deployment.kubernetes.io/revision"] ?? 0);
  return sets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0]?.metadata.name ?? null;
}

async function replicaSets(
  kubectl: Kubectl,
  namespace: string,
  service: string,
  signal: AbortSignal,
): Promise<readonly ReplicaSet[]> {
  const args = [
    "get",
    "replicasets",
    "--namespace",
    namespace,
    "--selector",
    `app.kubernetes.io/name=${service}`,
    "--output",
    "json",
  ];
  return ((await kubectl.json(args, { signal })) as { readonly items: readonly ReplicaSet[] }).items;
}
