import { isThisMachine } from "../../tools/cluster/judge.ts";
import { openProgram } from "../../tools/lib/exec.ts";
import type { ClusterType } from "./cluster-type.ts";
import { nodeImages } from "./nodes/containerd.ts";
import { k3sContainerd } from "./nodes/containerd-places.ts";
import { nodeDelivery } from "./nodes/delivery.ts";
import { NODE_COMMAND } from "./nodes/script.ts";
import { nodeShell } from "./nodes/shell.ts";

/**
 * k3s on this very machine: its containerd is asked without any container between, which takes root.
 * https://docs.k3s.io/cli
 */
export const k3s: ClusterType = {
  id: "k3s",
  matches: ({ apiNodes, machine }) =>
    apiNodes.length === 1 &&
    apiNodes.every((node) => /^containerd:\/\/.*k3s/.test(node.runtimeVersion) && isThisMachine(node, machine)),
  delivery: ({ machine }, engine, options) => {
    const containerd = { ...k3sContainerd, ctr: ["k3s", ...k3sContainerd.ctr] };
    const shell = nodeShell(() => openProgram("sh", NODE_COMMAND.slice(1)));
    return nodeDelivery([nodeImages(machine.name, shell, containerd)], engine, options);
  },
};
