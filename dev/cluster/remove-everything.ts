import { valueAt } from "../../tools/diff/value-at.ts";
import type { KubeApi } from "./api/api.ts";
import { type Owned, idOf, titleOf } from "./inventory.ts";
import { type InventoryStore, readInventories } from "./inventory-store.ts";
import type { LiveObject } from "./owned-fields.ts";
import { type Pruned, pruneObject } from "./prune.ts";
import { pruneEntries } from "./prune-services.ts";

export interface Removal {
  /** `Deployment/web in shop` */
  readonly deleted: readonly string[];
  /** What stays, and why it does. */
  readonly kept: readonly string[];
}

export interface RemovalOptions {
  /** Also claims with their data, Namespaces and definitions. */
  readonly withVolumes: boolean;
  readonly signal: AbortSignal;
}

/**
 * Deletes all that the inventories of an environment list. What stays is listed on, so that it can be removed later.
 */
export async function removeEverything(
  api: KubeApi,
  platform: string,
  environment: string,
  { withVolumes, signal }: RemovalOptions,
): Promise<Removal> {
  const applier = { api, tell: () => {}, mayDeleteData: withVolumes, lastApplied: () => null, patienceMs: () => 0 };
  const store = await readInventories(applier, { platform, environment }, signal);
  const claims = await claimsOfSets(api, store, signal);
  const kept = new Map<string, string>();
  const remove = async (entry: Owned): Promise<Pruned> => {
    const pruned = await pruneObject(api, entry, { platform, mayDeleteData: withVolumes }, signal);
    if (pruned.type === "kept") kept.set(titleOf(entry), pruned.finding.message.split(": ").at(-1) ?? "");
    if (pruned.type === "failed") kept.set(titleOf(entry), pruned.findings.map(({ message }) => message).join("; "));
    return pruned;
  };
  const deleted: string[] = [];
  // What all share goes last: services are in its namespaces.
  const ledgers = store.all().toSorted((a, b) => Number(a.service === null) - Number(b.service === null));
  for (const ledger of ledgers) deleted.push(...(await pruneEntries(ledger, [...ledger.entries.keys()], remove)));
  for (const { claim, service } of claims) {
    if (withVolumes) await api.request("DELETE", claimPath(claim), { signal });
    else store.ledger(service).entries.set(idOf(claim), claim);
    if (withVolumes) deleted.push(titleOf(claim));
    else kept.set(titleOf(claim), "what it holds cannot be brought back");
  }
  for (const ledger of ledgers) await store.write(ledger, null, signal);
  return { deleted: deleted.toSorted(), kept: [...kept].map(([title, why]) => `${title}: ${why}`).toSorted() };
}

interface Claim {
  readonly claim: Owned;
  readonly service: string | null;
}

/** No inventory lists them: a StatefulSet makes them, a claim for each pod, and leaves them behind. */
async function claimsOfSets(api: KubeApi, store: InventoryStore, signal: AbortSignal): Promise<Claim[]> {
  const sets = store
    .all()
    .flatMap(({ service, entries }) => [...entries.values()].map((entry) => ({ service, entry })))
    .filter(({ entry }) => entry.kind === "StatefulSet");
  const found = await Promise.all(
    sets.map(async ({ service, entry }) => (await claimsOf(api, entry, signal)).map((claim) => ({ claim, service }))),
  );
  return found.flat();
}

async function claimsOf(api: KubeApi, set: Owned, signal: AbortSignal): Promise<Owned[]> {
  const { status, body } = await api.request("GET", (await api.pathOf(set)) ?? "", { signal });
  const templates = status === 200 ? ((valueAt(body, "spec.volumeClaimTemplates") ?? []) as readonly LiveObject[]) : [];
  if (templates.length === 0) return [];
  const prefixes = templates.map(({ metadata }) => `${metadata.name}-${set.name}-`);
  const all = await api.request("GET", claimPath({ ...set, name: "" }), { signal });
  const { items = [] } = all.body as { readonly items?: readonly LiveObject[] };
  const names = items.map(({ metadata }) => metadata.name);
  return names
    .filter((name) => prefixes.some((prefix) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length))))
    .map((name) => ({ ...set, apiVersion: "v1", kind: "PersistentVolumeClaim", name, hash: null, observed: null }));
}

function claimPath({ namespace, name }: Pick<Owned, "namespace" | "name">): string {
  const claims = `/api/v1/namespaces/${namespace ?? "default"}/persistentvolumeclaims`;
  return name === "" ? claims : `${claims}/${name}`;
}
