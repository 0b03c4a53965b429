import { setTimeout as sleep } from "node:timers/promises";
import type { KubeApi } from "./api/api.ts";
import { type Version, type WorkloadRef, keyOf } from "./following.ts";
import { type Workload, collectionOf } from "./rollout.ts";

const RETRY_MS = 500;

/** As what the API has the workloads now, asked of itself: a watch may be a moment behind. Waits for an API that is away. */
export async function versionsOf(
  api: KubeApi,
  refs: readonly WorkloadRef[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Version>> {
  const entries = refs.map(async (ref) => [keyOf(ref), await versionOf(api, ref, signal)] as const);
  return new Map(await Promise.all(entries));
}

async function versionOf(api: KubeApi, { kind, namespace, name }: WorkloadRef, signal: AbortSignal): Promise<Version> {
  const path = collectionOf(kind).replace(/([^/]+)$/, `namespaces/${namespace}/$1/${name}`);
  while (!signal.aborted) {
    const answer = await api.request("GET", path, { signal }).catch(() => null);
    const { metadata } = (answer?.body ?? {}) as Partial<Workload>;
    if (answer?.status === 200 && metadata) return { uid: metadata.uid ?? "", generation: metadata.generation ?? 0 };
    // Somebody has deleted it meanwhile: whatever comes in its place is what is waited for.
    if (answer?.status === 404) break;
    await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined);
  }
  return { uid: "", generation: 0 };
}
