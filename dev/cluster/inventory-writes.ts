import type { InventoryStore, Ledger } from "./inventory-store.ts";

/** Writes of inventories for which nobody waits. */
export interface InventoryWrites {
  record(store: InventoryStore, ledger: Ledger, home: string | null): void;
  /** Writes what is still to be written, for some seconds at most. */
  close(): Promise<void>;
}

/** After the pods of what was applied have begun to start: they need the processors. */
const QUIET_MS = 1500;
const LAST_WRITES_MS = 2000;

/**
 * Only hashes are written so late: what they are missing for, because the session was killed, is applied once more in
 * the next one, and changes nothing.
 */
export function inventoryWrites(signal: AbortSignal): InventoryWrites {
  const waiting = new Map<Ledger, { readonly timer: NodeJS.Timeout; readonly write: () => void }>();
  const writes = new Set<Promise<void>>();
  return {
    record(store, ledger, home) {
      clearTimeout(waiting.get(ledger)?.timer);
      const write = (): void => {
        clearTimeout(waiting.get(ledger)?.timer);
        waiting.delete(ledger);
        const written = store.write(ledger, home, signal).catch(() => undefined);
        writes.add(written);
        void written.finally(() => writes.delete(written));
      };
      waiting.set(ledger, { timer: setTimeout(write, QUIET_MS).unref(), write });
    },
    async close() {
      for (const { write } of waiting.values()) write();
      const late = new Promise((resolve) => setTimeout(resolve, LAST_WRITES_MS).unref());
      await Promise.race([Promise.allSettled(writes), late]);
    },
  };
}
