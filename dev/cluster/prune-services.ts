import type { Grip } from "./apply-drawing.ts";
import { waveOf } from "./apply-plan.ts";
import { type Owned, titleOf } from "./inventory.ts";
import type { Ledger } from "./inventory-store.ts";
import type { Pruned } from "./prune.ts";

/** Deletes all that belongs to services which the environment has no more; resolves with the names of what is gone. */
export async function pruneServices(
  grip: Grip,
  everyService: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const former = grip.store.all().filter(({ service }) => service !== null && !everyService.includes(service));
  const pruned: string[] = [];
  for (const ledger of former) {
    pruned.push(...(await grip.prune(ledger, [...ledger.entries.keys()], signal)));
    await grip.store.write(ledger, null, signal);
  }
  return pruned;
}

/**
 * Deletes entries of an inventory, in the reverse of the order in which they were applied; `remove` does it. What is
 * gone leaves the inventory, what is kept stays listed.
 */
export async function pruneEntries(
  { entries }: Ledger,
  ids: readonly string[],
  remove: (entry: Owned) => Promise<Pruned>,
): Promise<readonly string[]> {
  const stale = ids.flatMap((id) => entries.get(id) ?? []).map((entry, i) => ({ entry, id: ids[i] ?? "" }));
  const deleted: string[] = [];
  const waves = [...new Set(stale.map(({ entry }) => waveOf(entry)))].toSorted((a, b) => b - a);
  for (const wave of waves)
    await Promise.all(
      stale
        .filter(({ entry }) => waveOf(entry) === wave)
        .map(async ({ entry, id }) => {
          const { type } = await remove(entry);
          if (type === "deleted") deleted.push(titleOf(entry));
          if (type === "deleted" || type === "gone") entries.delete(id);
        }),
    );
  return deleted.toSorted();
}
