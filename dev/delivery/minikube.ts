import type { ClusterType } from "./cluster-type.ts";
import { containerNodes } from "./nodes/container-nodes.ts";
import { ownContainerd } from "./nodes/containerd-places.ts";

/**
 * minikube's docker driver with containerd inside: each node is a container. With Docker inside, images are built there:
 * see shared-engine.ts. https://minikube.sigs.k8s.io/docs/handbook/pushing/
 */
export const minikube: ClusterType = {
  id: "minikube",
  matches: ({ distribution, apiNodes }) =>
    distribution === "minikube" &&
    apiNodes.length > 0 &&
    apiNodes.every(({ runtimeVersion }) => runtimeVersion.startsWith("containerd://")),
  delivery: (cluster, engine, options) => containerNodes(cluster, engine, ownContainerd, options),
};
