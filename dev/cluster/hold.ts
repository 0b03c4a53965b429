import { setMaxListeners } from "node:events";
import type { Finding } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import type { KubeApi } from "./api/api.ts";
import type { Applier } from "./apply.ts";
import type { Grip } from "./apply-drawing.ts";
import type { ClusterOptions } from "./cluster.ts";
import { type Drift, watchDrift } from "./drift.ts";
import { type ObjectKey, idOf } from "./inventory.ts";
import { type InventoryStore, type Ledger, readInventories } from "./inventory-store.ts";
import { inventoryWrites } from "./inventory-writes.ts";
import { liveObjects } from "./live.ts";
import { patientApi } from "./patient-api.ts";
import { type Pruned, isOwnedElsewhere, pruneObject } from "./prune.ts";
import { pruneEntries } from "./prune-services.ts";

/** One session's hold on the cluster: everything that lasts longer than a step. */
export interface Holder {
  readonly api: KubeApi;
  /** Reads the inventories when it is first asked for. */
  grip(signal: AbortSignal): Promise<Grip>;
  close(): Promise<void>;
}

type Options = Pick<ClusterOptions, "api" | "platform" | "environment" | "emit" | "readyTimeoutMs" | "mayDeleteData">;

/** How long to go on with what may succeed in a moment. */
const PATIENCE_MS: Readonly<Record<string, number>> = {
  APPLY_NAMESPACE_TERMINATING: 60_000,
  APPLY_DELETING: 60_000,
  APPLY_WEBHOOK_UNREACHABLE: 10_000,
  APPLY_REFUSED: 5000,
};
const NAMESPACE_MS = 15_000;
const KIND_MS = 10_000;

export function holdCluster(options: Options): Holder {
  const { platform, environment, emit, readyTimeoutMs, mayDeleteData } = options;
  const session = new AbortController();
  // Each watch listens to it.
  setMaxListeners(0, session.signal);
  const tell = toldOnce((finding) => emit({ type: "noticed", finding }));
  const api = patientApi(options.api, { timeoutMs: readyTimeoutMs, signal: session.signal });
  const writes = inventoryWrites(session.signal);
  let drift: Drift | null = null;
  let reading: Promise<Grip> | null = null;
  return {
    api,
    grip: (signal) => unlessAborted((reading ??= open().catch((error: unknown) => forget(error))), signal),
    async close() {
      await writes.close();
      drift?.close();
      session.abort();
    },
  };

  async function open(): Promise<Grip> {
    const applied = new Map<string, KubeObject>();
    const lastApplied = (key: ObjectKey): KubeObject | null => applied.get(idOf(key)) ?? null;
    const patienceMs = (code: string, key: ObjectKey): number => patience(code, key, applied, store);
    const applier: Applier = { api, tell, mayDeleteData, lastApplied, patienceMs };
    const store: InventoryStore = await readInventories(applier, { platform, environment }, session.signal);
    const ledgerOf = (id: string): Ledger | undefined => (applied.has(id) ? store.ownerOf(id) : undefined);
    const forgetObject = (id: string): void => void applied.delete(id);
    const nowMs = (): number => performance.now();
    drift = watchDrift({ emit, ledgerOf, lastApplied: (id) => applied.get(id), forget: forgetObject, nowMs });
    const live = liveObjects({ api, platform, onChange: drift.changed, signal: session.signal });
    const prune = pruner(applier, store, platform, forgetObject);
    const record: Grip["record"] = (ledger, home) => writes.record(store, ledger, home);
    return { applier, store, live, drift, applied, prune, record };
  }

  /** It is tried again by whoever asks next. */
  function forget(error: unknown): never {
    reading = null;
    throw error;
  }
}

function patience(
  code: string,
  { namespace, ...key }: ObjectKey,
  applied: ReadonlyMap<string, KubeObject>,
  store: InventoryStore,
): number {
  const space = idOf({ apiVersion: "v1", kind: "Namespace", namespace: null, name: namespace ?? "" });
  // One of ours is made again by the next `prepare`.
  if (code === "APPLY_NAMESPACE_MISSING") return store.ledger(null).entries.has(space) ? NAMESPACE_MS : 0;
  if (code === "APPLY_KIND_UNKNOWN") return [...applied.values()].some((object) => defines(object, key)) ? KIND_MS : 0;
  return PATIENCE_MS[code] ?? 0;
}

/** What is kept is asked for once in a session. */
function pruner(
  { api, tell, mayDeleteData }: Applier,
  store: InventoryStore,
  platform: string,
  forget: (id: string) => void,
): Grip["prune"] {
  const kept = new Map<string, Pruned>();
  return (ledger, ids, signal) =>
    pruneEntries(ledger, ids, async (entry): Promise<Pruned> => {
      const id = idOf(entry);
      forget(id);
      if (isOwnedElsewhere(entry, store.all(), ledger.service)) return { type: "gone" };
      const before = kept.get(id);
      if (before) return before;
      const pruned = await pruneObject(api, entry, { platform, mayDeleteData }, signal);
      if (pruned.type === "kept") kept.set(id, pruned);
      if (pruned.type === "kept") tell(pruned.finding);
      if (pruned.type === "failed") pruned.findings.forEach(tell);
      return pruned;
    });
}

/** What was done is told each time; what is so, once. */
function toldOnce(tell: (finding: Finding) => void): (finding: Finding) => void {
  const told = new Set<string>();
  return (finding) => {
    const text = `${finding.code} ${finding.where} ${finding.message}`;
    if (told.has(text) && finding.code !== "APPLY_REPLACED") return;
    told.add(text);
    tell(finding);
  };
}

/** The work goes on for those who still wait for it. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  // A step has many requests under way, and each listens to it.
  setMaxListeners(0, signal);
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function defines(definition: KubeObject, { kind, apiVersion }: Pick<ObjectKey, "kind" | "apiVersion">): boolean {
  if (definition.kind !== "CustomResourceDefinition") return false;
  const { group, names } = definition["spec"] as {
    readonly group?: string;
    readonly names?: { readonly kind?: string };
  };
  return names?.kind === kind && apiVersion.startsWith(`${group ?? ""}/`);
}
