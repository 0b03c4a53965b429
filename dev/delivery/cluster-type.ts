import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import type { Finding } from "../../tools/lib/errors.ts";
import type { Engine } from "../build/engine.ts";
import type { ImageDelivery } from "../core/ports.ts";

/** One way in which local clusters get their images: one file, and one line in index.ts. */
export interface ClusterType {
  readonly id: string;
  /** By evidence of what the cluster is, never by its name. */
  matches(cluster: LockedCluster): boolean;
  delivery(cluster: LockedCluster, engine: () => Promise<Engine>, options?: DeliveryOptions): OpenDelivery;
}

export interface DeliveryOptions {
  /** Is told what the user should know and what stops nothing. */
  readonly notice?: (finding: Finding) => void;
}

export interface OpenDelivery extends ImageDelivery {
  /** Waits for what has begun; leaves no program in a node and no listener. */
  close(): Promise<void>;
}
