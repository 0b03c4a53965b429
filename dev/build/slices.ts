import { setImmediate as turn } from "node:timers/promises";

/** Keys, a redraw or Ctrl-C never wait longer than this for files to be read. */
const SLICE_MS = 10;

/** Runs work that yields often to its end, and lets everything else have its turn in between. Rejects when it is aborted. */
export async function inSlices<T>(work: Generator<undefined, T, undefined>, signal?: AbortSignal): Promise<T> {
  let sinceMs = performance.now();
  for (let next = work.next(); ; next = work.next()) {
    if (next.done) return next.value;
    if (performance.now() - sinceMs < SLICE_MS) continue;
    await turn();
    signal?.throwIfAborted();
    sinceMs = performance.now();
  }
}
