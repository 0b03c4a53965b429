import { setTimeout as sleep } from "node:timers/promises";
import type { Dependency } from "../base/dependencies.ts";
import { takeForgotten } from "./documents.ts";
import { workOn } from "./work.ts";
import type { Parts } from "./work.ts";

export interface Patience {
  /** How long a document waits that is in no queue. */
  readonly forgottenAfterMs: number;
  /** How long the current document may go on when the consumer is closed. */
  readonly finishTimeoutMs: number;
}

const restMs = 1_000;

/** Works on one document after the other, for ever. Closing it lets the current one finish, or else hands it back. */
export function startConsumer(parts: Parts, { forgottenAfterMs, finishTimeoutMs }: Patience): Dependency {
  const stopping = new AbortController();
  const handingBack = new AbortController();
  let lookedAtMs = 0;

  const step = async () => {
    const entry = await parts.queue.next();
    if (entry !== undefined) return workOn(parts, entry, handingBack.signal);
    // Nothing is in the queue, so what still waits never came into it.
    if (Date.now() - lookedAtMs < forgottenAfterMs / 2) return;
    lookedAtMs = Date.now();
    for (const id of await takeForgotten(parts.database.query, forgottenAfterMs)) await parts.queue.add(id);
  };
  const loop = async () => {
    while (!stopping.signal.aborted) {
      try {
        await step();
      } catch (error) {
        parts.logger.warn({ err: error }, "the queue cannot be worked on now");
        await sleep(restMs);
      }
    }
  };
  const running = loop();
  return {
    name: "queue",
    check: async () => undefined,
    close: async () => {
      stopping.abort();
      const timer = setTimeout(() => handingBack.abort(), finishTimeoutMs);
      await running;
      clearTimeout(timer);
      parts.queue.close();
    },
  };
}
