import type { ClusterType } from "./cluster-type.ts";
import { containerNodes } from "./nodes/container-nodes.ts";
import { ownContainerd } from "./nodes/containerd-places.ts";

/** kind: each node is a container with a containerd of its own. https://kind.sigs.k8s.io/docs/design/node-image/ */
export const kind: ClusterType = {
  id: "kind",
  matches: ({ distribution, engine }) => distribution === "kind" && engine?.operatingSystem !== "Docker Desktop",
  delivery: (cluster, engine, options) => containerNodes(cluster, engine, ownContainerd, options),
};
