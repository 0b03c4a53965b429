import { readFileSync } from "node:fs";

/**
 * To be called for every event. Node does not tell when the kernel has dropped some because nobody fetched them in time;
 * but then all that it had kept arrive in one turn: as many as it keeps, or nearly.
 */
export function countTurn(onOverflow: () => void, limit = queueLength() / 2): () => void {
  let count = 0;
  return () => {
    if (count++ > 0) return;
    setImmediate(() => {
      const isOverflow = count >= limit;
      count = 0;
      if (isOverflow) onOverflow();
    });
  };
}

function queueLength(): number {
  try {
    return Number(readFileSync("/proc/sys/fs/inotify/max_queued_events", "utf8"));
  } catch {
    return 16_384;
  }
}
