import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import { userError } from "../../tools/lib/errors.ts";
import type { ClusterType } from "./cluster-type.ts";
import * as types from "./index.ts";

/** The type of a cluster. Throws a `UserError` when there is no known way to put an image into it. */
export function clusterTypeOf(cluster: LockedCluster): ClusterType {
  const all: readonly ClusterType[] = Object.values(types);
  const found = all.find((type) => type.matches(cluster));
  if (found) return found;
  throw userError(
    "CLUSTER_TYPE_UNKNOWN",
    `context ${cluster.context}`,
    "nothing is known about how this cluster gets images that are built here",
    fixFor(cluster, all.map(({ id }) => id).join(", ")),
  );
}

function fixFor({ distribution, apiNodes }: LockedCluster, known: string): string {
  const hasDocker = apiNodes.some(({ runtimeVersion }) => runtimeVersion.startsWith("docker://"));
  if (distribution === "minikube" && hasDocker)
    return 'build in its own engine: eval "$(minikube docker-env)" in this shell, then start again';
  return `use a cluster of a known type: ${known} (docs/clusters.md says how each is recognised)`;
}
