import { itemsOf } from "./api/items.ts";
import type { KubeApi } from "./api/api.ts";

interface Node {
  readonly status?: { readonly nodeInfo?: { readonly operatingSystem: string; readonly architecture: string } };
}

/** What images must be built for, `linux/arm64`, where all nodes are of one kind; else null, and the engine decides. */
export async function clusterPlatform(api: KubeApi): Promise<string | null> {
  const { status, body } = await api.request("GET", "/api/v1/nodes");
  if (status !== 200) return null;
  const platforms = new Set(
    itemsOf<Node>(body).flatMap(({ status: { nodeInfo } = {} }) =>
      nodeInfo ? [`${nodeInfo.operatingSystem}/${nodeInfo.architecture}`] : [],
    ),
  );
  return platforms.size === 1 ? ([...platforms][0] ?? null) : null;
}
