import { setTimeout as sleep } from "node:timers/promises";
import type { Pod } from "../sources/pod.ts";
import type { Starts } from "../sources/starts.ts";

/** How long a service's program takes from its start until it listens, as it was seen the last time. */
export interface Boot {
  /** Resolves when the pod's program may listen by now; at once where nothing is known. */
  mayListen(pod: Pod): Promise<void>;
  /** Who waited for it has just got through. */
  listened(pod: Pod): void;
}

/** Of the last time: before that the next program will hardly listen, and asking takes processor time that it needs. */
const SURELY_BOOTING = 0.6;
/** The last time may have been slow because everything started at once. */
const MOST_MS = 100;

export function newBoot({ toldMs }: Pick<Starts, "toldMs">): Boot {
  let bootMs = 0;
  return {
    async mayListen(pod) {
      const startedMs = toldMs(pod);
      const leftMs = startedMs === null ? 0 : startedMs + SURELY_BOOTING * bootMs - performance.now();
      if (leftMs > 0) await sleep(Math.min(leftMs, MOST_MS));
    },
    listened(pod) {
      const startedMs = toldMs(pod);
      if (startedMs !== null) bootMs = performance.now() - startedMs;
    },
  };
}
