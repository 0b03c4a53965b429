import type { KubeApi } from "./api/api.ts";
import { applyObject, type Applier } from "./apply.ts";
import {
  type Owned,
  type Owner,
  decodeInventory,
  encodeInventory,
  idOf,
  inventoryName,
  inventoryObject,
  inventorySelector,
  inventoryService,
} from "./inventory.ts";
import type { LiveObject } from "./owned-fields.ts";

/** What the loop owns of one service, or of what no single service owns. */
export interface Ledger {
  readonly service: string | null;
  /** By id. */
  readonly entries: Map<string, Owned>;
  /** Namespace of each ConfigMap that holds it → its text. Several only while a service moves. */
  readonly written: Map<string, string>;
}

/** The inventories of one environment: ConfigMaps in the cluster, and what is known of them here. */
export interface InventoryStore {
  ledger(service: string | null): Ledger;
  all(): readonly Ledger[];
  ownerOf(id: string): Ledger | undefined;
  /** Makes the cluster's record equal to ours, if it is not. `home`: the namespace in which it belongs. */
  readonly write: (ledger: Ledger, home: string | null, signal: AbortSignal) => Promise<void>;
}

type Environment = Omit<Owner, "service">;

/** Reads what earlier sessions have left. */
export async function readInventories(
  applier: Applier,
  environment: Environment,
  signal: AbortSignal,
): Promise<InventoryStore> {
  const ledgers = new Map<string | null, Ledger>();
  const ledger = (service: string | null): Ledger => {
    const found = ledgers.get(service) ?? { service, entries: new Map(), written: new Map() };
    ledgers.set(service, found);
    return found;
  };
  for (const { metadata, data } of await inventories(applier.api, environment, signal)) {
    const { entries, written } = ledger(inventoryService(metadata.labels));
    const text = data?.["objects"] ?? "";
    written.set(metadata.namespace ?? "default", text);
    for (const entry of decodeInventory(text)) entries.set(idOf(entry), entry);
  }
  return {
    ledger,
    all: () => [...ledgers.values()],
    ownerOf: (id) => [...ledgers.values()].find(({ entries }) => entries.has(id)),
    write: writer(applier, environment),
  };
}

/** One write of an inventory at a time: the last one must win. */
function writer(applier: Applier, environment: Environment): InventoryStore["write"] {
  const queues = new Map<Ledger, Promise<void>>();
  return (ledger, home, signal) => {
    const before = queues.get(ledger) ?? Promise.resolve();
    const next = before.catch(() => undefined).then(() => writeNow(applier, environment, ledger, home, signal));
    queues.set(ledger, next);
    return next;
  };
}

async function writeNow(
  applier: Applier,
  environment: Environment,
  { service, entries, written }: Ledger,
  home: string | null,
  signal: AbortSignal,
): Promise<void> {
  const owner = { ...environment, service };
  const text = encodeInventory(entries.values());
  const place = home ?? [...written.keys()][0] ?? "default";
  if (entries.size > 0 && written.get(place) !== text) {
    const object = inventoryObject(owner, place, text);
    await applyObject({ ...applier, lastApplied: () => object }, object, signal);
    written.set(place, text);
  }
  // What another place holds too, or what holds nothing.
  const left = [...written.keys()].filter((namespace) => namespace !== place || entries.size === 0);
  for (const namespace of left) {
    await applier.api.request("DELETE", inventoryPath(owner, namespace), { signal });
    written.delete(namespace);
  }
}

interface ConfigMap extends LiveObject {
  readonly data?: Readonly<Record<string, string>>;
}

async function inventories(api: KubeApi, environment: Environment, signal: AbortSignal): Promise<readonly ConfigMap[]> {
  const query = { labelSelector: inventorySelector(environment) };
  const { status, body } = await api.request("GET", "/api/v1/configmaps", { query, signal });
  return status === 200 ? (body as { readonly items: readonly ConfigMap[] }).items : [];
}

function inventoryPath(owner: Owner, namespace: string): string {
  return `/api/v1/namespaces/${namespace}/configmaps/${inventoryName(owner)}`;
}
