import type { ClusterType } from "./cluster-type.ts";
import { containerNodes } from "./nodes/container-nodes.ts";

/**
 * kind: each node is a container with a containerd of its own.
 * https://kind.sigs.k8s.io/docs/design/node-image/
 */
export const kind: ClusterType = {
  id: "kind",
  matches: ({ kindCluster }) => kindCluster !== null,
  delivery: (cluster, engine, options) =>
    containerNodes(
      cluster,
      engine,
      { ctr: ["ctr", "-n", "k8s.io"], folder: "/var/lib/containerd", configPath: "/etc/containerd/config.toml" },
      options,
    ),
};
