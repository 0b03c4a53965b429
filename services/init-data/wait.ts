import { setTimeout as sleep } from "node:timers/promises";
import { HttpError, reasonOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";

/**
 * Tries until `attempt` resolves or `deadlineMs` (of the clock) has passed; then rejects with its last error.
 * Only what may come by itself is waited for (503, and 502 of a service that still starts): a wrong password stays wrong.
 */
export async function waitFor<Result>(
  what: string,
  deadlineMs: number,
  logger: Logger,
  attempt: () => Promise<Result>,
): Promise<Result> {
  for (let delayMs = 250; ; delayMs = Math.min(delayMs * 2, 2_000)) {
    try {
      return await attempt();
    } catch (error) {
      const isTemporary = error instanceof HttpError && error.status >= 502;
      if (!isTemporary || Date.now() + delayMs > deadlineMs) throw error;
      logger.info({ reason: reasonOf(error), delayMs }, `waiting for ${what}`);
    }
    await sleep(delayMs);
  }
}
