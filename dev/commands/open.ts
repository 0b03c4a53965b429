import type { LockedCluster } from "../../tools/cluster/context-lock.ts";
import type { KubeApi } from "../cluster/api/api.ts";
import { connectApi } from "../cluster/api/connect.ts";
import { lockedFor } from "../lock.ts";
import { type ReadTarget, readTarget } from "../sources/registry.ts";
import type { Invocation } from "./command.ts";

export interface Opened {
  readonly read: ReadTarget;
  readonly cluster: LockedCluster;
  readonly api: KubeApi;
}

/** Does something with the registry and the cluster that is proven local, and leaves nothing open. */
export async function withCluster<T>(invocation: Invocation, act: (opened: Opened) => Promise<T>): Promise<T> {
  const read = await readTarget(invocation.root, invocation);
  const cluster = await lockedFor(invocation, read);
  try {
    const api = await connectApi(cluster);
    return await act({ read, cluster, api }).finally(() => api.close());
  } finally {
    await cluster.release();
  }
}
