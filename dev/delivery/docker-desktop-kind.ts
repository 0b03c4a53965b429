import type { ClusterType } from "./cluster-type.ts";
import { containerNodes } from "./nodes/container-nodes.ts";
import { ownContainerd } from "./nodes/containerd-places.ts";

/**
 * kind's nodes in Docker Desktop's engine: its own cluster in kind mode, `desktop`, or one that `kind` made there. Its engine is
 * in a virtual machine and cannot push to a port of this machine, so images are packed whole and sent in part.
 * https://docs.docker.com/desktop/features/kubernetes/#cluster-provisioning-method
 */
export const dockerDesktopKind: ClusterType = {
  id: "docker-desktop-kind",
  matches: ({ distribution, engine }) => distribution === "kind" && engine?.operatingSystem === "Docker Desktop",
  delivery: (cluster, engine, options) => containerNodes(cluster, engine, ownContainerd, options),
};
