import type { ClusterType } from "./cluster-type.ts";
import { containerNodes } from "./nodes/container-nodes.ts";
import { k3sContainerd } from "./nodes/containerd-places.ts";

/** k3d: each node is a container with k3s in it. https://k3d.io/stable/design/concepts/ */
export const k3d: ClusterType = {
  id: "k3d",
  matches: ({ distribution }) => distribution === "k3d",
  delivery: (cluster, engine, options) => containerNodes(cluster, engine, k3sContainerd, options),
};
