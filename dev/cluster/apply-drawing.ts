import { setTimeout as sleep } from "node:timers/promises";
import { type Finding, UserError, userError } from "../../tools/lib/errors.ts";
import type { KubeObject } from "../../tools/render/object.ts";
import { type Applier, applyObject } from "./apply.ts";
import { mayBeThere, planApply, waveOf } from "./apply-plan.ts";
import type { Drift } from "./drift.ts";
import { decodeInventory, hashOf, idOf, keyOf, titleOf } from "./inventory.ts";
import type { InventoryStore, Ledger } from "./inventory-store.ts";
import type { Live } from "./live.ts";
import { type LiveObject, observedOf } from "./owned-fields.ts";

/** What the session knows of the cluster, and how it changes it. */
export interface Grip {
  readonly applier: Applier;
  readonly store: InventoryStore;
  readonly live: Live;
  readonly drift: Drift;
  /** Id → the object as it was last applied in this session, unless it has drifted since. */
  readonly applied: Map<string, KubeObject>;
  /** Deletes what an inventory lists and nobody draws. */
  prune(ledger: Ledger, ids: readonly string[], signal: AbortSignal): Promise<readonly string[]>;
  /** Writes an inventory when there is time; nobody waits for it. */
  record(ledger: Ledger, home: string | null): void;
}

/** More at once only wait for each other in the API server. */
const PARALLEL = 8;

/** Makes the cluster have exactly these objects of a service. Resolves with how many were sent. */
export async function applyDrawing(
  grip: Grip,
  service: string | null,
  objects: readonly KubeObject[],
  signal: AbortSignal,
): Promise<number> {
  const { store, live, drift, applied } = grip;
  const ledger = store.ledger(service);
  drift.hold(service);
  try {
    await live.look(mayBeThere(objects, ledger.entries), signal);
    const { waves, stale } = planApply(objects, ledger.entries, (key) => drift.leftAs(key) ?? live.get(key));
    const sent = new Set(waves.flat());
    for (const object of objects) if (!sent.has(object)) applied.set(idOf(keyOf(object)), object);
    await send(grip, ledger, objects, waves, signal);
    void live
      .look(
        objects.filter((object) => sent.has(object)),
        signal,
      )
      .catch(() => undefined);
    await grip.prune(ledger, stale.map(idOf), signal);
    grip.record(ledger, homeOf(objects));
    return sent.size;
  } finally {
    drift.release(service);
  }
}

/** Wave by wave; what was not listed yet is listed before it is made, so that a crash in between loses nothing. */
async function send(
  grip: Grip,
  ledger: Ledger,
  objects: readonly KubeObject[],
  waves: readonly (readonly KubeObject[])[],
  signal: AbortSignal,
): Promise<void> {
  const { entries } = ledger;
  for (const key of waves.flat().map(keyOf))
    if (!entries.has(idOf(key))) entries.set(idOf(key), { ...key, hash: null, observed: null });
  // The list needs a namespace to be in; one that was made and not listed is never deleted anyway.
  const [first = [], ...rest] = waves;
  const isNamespaces = first.some((object) => waveOf(object) === 0);
  if (isNamespaces) await sendWave(grip, ledger, first, signal);
  if (!isRecorded(ledger)) await grip.store.write(ledger, homeOf(objects), signal);
  for (const wave of isNamespaces ? rest : waves) await sendWave(grip, ledger, wave, signal);
}

/** Everything that the API refuses is told at once. */
async function sendWave(grip: Grip, ledger: Ledger, wave: readonly KubeObject[], signal: AbortSignal): Promise<void> {
  const findings: Finding[] = [];
  const queue = [...wave];
  const worker = async (): Promise<void> => {
    for (let object = queue.shift(); object; object = queue.shift()) {
      signal.throwIfAborted();
      await sendOne(grip, ledger, object, signal).catch((error: unknown) => {
        if (!(error instanceof UserError)) throw error;
        findings.push(...error.findings);
      });
    }
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, wave.length) }, worker));
  if (findings.length > 0) throw new UserError(findings);
  await Promise.all(wave.map((object) => established(grip.applier, object, signal)));
}

async function sendOne(
  { applier, live, drift, applied }: Grip,
  { entries }: Ledger,
  object: KubeObject,
  signal: AbortSignal,
): Promise<void> {
  const key = keyOf(object);
  const id = idOf(key);
  // Until there is an answer nobody knows what the cluster has.
  entries.set(id, { ...key, hash: null, observed: null });
  try {
    const answer = await applyObject(applier, object, signal);
    entries.set(id, { ...key, hash: hashOf(object), observed: observedOf(answer) });
    applied.set(id, object);
    // It may have been changed again before the answer was read.
    if (!live.note(key, answer)) drift.changed(key, live.get(key) ?? null);
  } catch (error) {
    applied.delete(id);
    throw error;
  }
}

/** Objects of a new kind are refused until its definition is served. */
async function established({ api }: Applier, object: KubeObject, signal: AbortSignal): Promise<void> {
  if (object.kind !== "CustomResourceDefinition") return;
  const key = keyOf(object);
  const path = (await api.pathOf(key)) ?? "";
  for (
    const untilMs = performance.now() + 60_000;
    performance.now() < untilMs;
    await sleep(50, undefined, { signal })
  ) {
    const { body } = await api.request("GET", path, { signal });
    const { status } = body as LiveObject & { readonly status?: { readonly conditions?: readonly Condition[] } };
    if (status?.conditions?.some(({ type, status: is }) => type === "Established" && is === "True")) return;
  }
  const fix = `what it says: kubectl describe crd ${key.name}`;
  throw userError("APPLY_KIND_UNKNOWN", titleOf(key), "the API does not serve it after a minute", fix);
}

interface Condition {
  readonly type: string;
  readonly status: string;
}

function isRecorded({ entries, written }: Ledger): boolean {
  const listed = new Set([...written.values()].flatMap((text) => decodeInventory(text).map(idOf)));
  return [...entries.keys()].every((id) => listed.has(id));
}

/** The namespace that an inventory shares the fate of: its objects' own, so that both go together. */
export function homeOf(objects: readonly KubeObject[]): string | null {
  const inside = objects.find(({ metadata }) => metadata.namespace !== undefined)?.metadata.namespace;
  const [first] = objects.flatMap(({ kind, metadata }) => (kind === "Namespace" ? [metadata.name] : [])).toSorted();
  return first ?? inside ?? null;
}
