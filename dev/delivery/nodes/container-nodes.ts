import type { LockedCluster } from "../../../tools/cluster/context-lock.ts";
import type { Engine } from "../../build/engine.ts";
import type { DeliveryOptions, OpenDelivery } from "../cluster-type.ts";
import { type Containerd, nodeImages } from "./containerd.ts";
import { nodeDelivery } from "./delivery.ts";
import { NODE_COMMAND } from "./script.ts";
import { nodeShell } from "./shell.ts";

/** Delivery to nodes that are containers of the engine which builds the images. */
export function containerNodes(
  { nodes }: LockedCluster,
  engine: () => Promise<Engine>,
  containerd: Containerd,
  options?: DeliveryOptions,
): OpenDelivery {
  const open = nodes.map(({ name }) =>
    nodeImages(
      name,
      nodeShell(async () => (await engine()).open(name, NODE_COMMAND)),
      containerd,
    ),
  );
  return nodeDelivery(open, engine, options);
}
