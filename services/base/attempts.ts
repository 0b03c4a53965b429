import { HttpError, reasonOf } from "./errors.ts";
import type { Worker } from "./queue.ts";

/** One text out of the queue, taken on. */
export interface Task {
  /** Rejects with `HttpError` 400, 413, 415 or 422 when trying again would change nothing. */
  work(signal: AbortSignal): Promise<void>;
  /** Told why `work` rejected, and whether that was the last attempt. */
  failed(reason: string, isOver: boolean): Promise<unknown>;
}

export interface Attempts {
  readonly maxAttempts: number;
  /** How long one may take. */
  readonly timeoutMs: number;
}

/** Undefined when nothing is to be done about it any more. `attempt` counts from 1. */
export type Take = (text: string, attempt: number) => Promise<Task | undefined>;

const hopelessStatuses = [400, 413, 415, 422];

/** Works on each text until it is done, hopeless, or was tried `maxAttempts` times; one that was stopped counts as none. */
export function inAttempts({ maxAttempts, timeoutMs }: Attempts, take: Take): Worker["work"] {
  return async (text, attempt, stop) => {
    const task = await take(text, attempt);
    if (task === undefined) return;
    try {
      // Whoever was at it died each time.
      if (attempt > maxAttempts) throw new HttpError(422, "given_up", `it was not done in ${maxAttempts} attempts`);
      await task.work(AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]));
    } catch (error) {
      const lastReason = stop.aborted ? undefined : lastReasonOf(error, attempt, maxAttempts);
      const reason = stop.aborted ? "handed back by a replica that was stopped" : reasonOf(error);
      await task.failed(lastReason ?? reason, lastReason !== undefined);
      if (lastReason === undefined) throw error;
    }
  };
}

// Undefined when another attempt may help.
function lastReasonOf(error: unknown, attempt: number, maxAttempts: number): string | undefined {
  const refusal = error instanceof HttpError ? error : undefined;
  if (refusal && hopelessStatuses.includes(refusal.status)) return refusal.message;
  if (attempt < maxAttempts) return undefined;
  return `given up after ${attempt} attempts: ${refusal?.message ?? "an unexpected failure"}`;
}
