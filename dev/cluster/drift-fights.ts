/** How often in a row an object was changed soon after it had been repaired. */
export interface Fight {
  readonly count: number;
  /** When it was found changed last; milliseconds of one monotonic clock. */
  readonly atMs: number;
}

/** Whoever sets back what we set does so at once; a person who tries something out is slower. */
const WINDOW_MS = 10_000;
const MOST_REPAIRS = 3;

export function nextFight(before: Fight | undefined, atMs: number): Fight {
  const isSoon = before !== undefined && atMs - before.atMs <= WINDOW_MS;
  return { count: isSoon ? before.count + 1 : 1, atMs };
}

/** Whether repairing it once more would only go on for ever. */
export function isFought({ count }: Fight): boolean {
  return count > MOST_REPAIRS;
}
