import { hostname } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { Dependency } from "./dependencies.ts";
import { wholeNumberFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import type { Logger } from "./logger.ts";
import type { Redis } from "./redis.ts";

/** A Redis stream of texts, each under `field`, and its consumer group of the same name. */
export interface QueueOptions {
  readonly name: string;
  readonly field: string;
  /** After how long without a sign of life a text is taken from its worker. */
  readonly claimAfterMs: number;
  /** How long the current work may go on when the queue is closed, before it is told to stop. */
  readonly finishTimeoutMs: number;
}

/**
 * `CLAIM_AFTER_MS` (60,000) and `FINISH_TIMEOUT_MS` (15,000, which with what the HTTP server takes is under the 25 s
 * after which the process is ended).
 */
export function queueFrom(env: Environment, name: string, field: string): QueueOptions {
  const claimAfterMs = wholeNumberFrom(env, "CLAIM_AFTER_MS", 60_000);
  return { name, field, claimAfterMs, finishTimeoutMs: wholeNumberFrom(env, "FINISH_TIMEOUT_MS", 15_000) };
}

export interface Worker {
  /**
   * Resolves when the text is done with. When it rejects, or its process dies, the text is given out again after
   * `claimAfterMs`; when it rejects because of `stop`, at once, and as if for the first time. `attempt` counts from 1.
   */
  work(text: string, attempt: number, stop: AbortSignal): Promise<void>;
  /** Called now and then while there is nothing to do. */
  idle(): Promise<void>;
}

const blockMs = 1_000;
const restMs = 1_000;

export async function addToQueue(redis: Redis, { name, field }: QueueOptions, text: string): Promise<void> {
  await redis.xadd(name, "*", field, text);
}

/** Works on one text after the other until it is closed: at least once on each. */
export function workOnQueue(redis: Redis, options: QueueOptions, worker: Worker, logger: Logger): Dependency {
  const group = groupOf(redis, options);
  const [closing, stop] = [new AbortController(), new AbortController()];
  let idleAtMs = 0;

  const workOn = async ([id, [, text]]: Entry) => {
    const keeping = setInterval(() => void group.keep(id).catch(() => undefined), options.claimAfterMs / 5);
    try {
      await worker.work(text, await group.attemptsOf(id), stop.signal);
    } catch (error) {
      logger.warn({ err: error, text }, "not done");
      if (!stop.signal.aborted) return;
      await addToQueue(redis, options, text);
    } finally {
      clearInterval(keeping);
    }
    await group.done(id);
  };
  const step = async () => {
    const entry = (await group.left()) ?? (await group.next());
    if (entry !== undefined) return workOn(entry);
    if (Date.now() - idleAtMs < options.claimAfterMs / 2) return;
    idleAtMs = Date.now();
    await worker.idle();
  };
  const rest = async (error: unknown) => {
    // The first one here, or Redis lost everything.
    if (String(error).includes("NOGROUP")) return group.create();
    logger.warn({ err: error }, "the queue cannot be worked on now");
    await sleep(restMs);
  };
  const loop = async () => {
    while (!closing.signal.aborted) await step().catch(rest);
  };

  const running = loop();
  const close = async () => {
    closing.abort();
    const timer = setTimeout(() => stop.abort(), options.finishTimeoutMs);
    await running;
    clearTimeout(timer);
    group.close();
  };
  return { name: "queue", check: async () => undefined, close };
}

type Entry = [id: string, fields: [field: string, text: string]];

function groupOf(redis: Redis, { name, claimAfterMs }: QueueOptions) {
  const consumer = `${hostname()}-${process.pid}`;
  // A connection of its own, since others' commands would wait behind one that blocks.
  const blocking = redis.duplicate({ commandTimeout: undefined });
  blocking.on("error", () => undefined);
  const args = ["GROUP", name, consumer, "COUNT", 1, "BLOCK", blockMs, "STREAMS", name, ">"] as const;
  // Redis looks through no more than ten of those given out at once, so the next look goes on from there.
  let cursor = "0-0";
  return {
    create: async () => void (await redis.xgroup("CREATE", name, name, "0", "MKSTREAM").catch(() => undefined)),
    next: async () => ((await blocking.xreadgroup(...args)) as [string, Entry[]][] | null)?.[0]?.[1][0],
    /** What a worker that died, or failed, has left. */
    left: async () => {
      const reply = await redis.xautoclaim(name, name, consumer, claimAfterMs, cursor, "COUNT", 1);
      const [next, [entry]] = reply as [string, Entry[]];
      cursor = next;
      return entry;
    },
    attemptsOf: async (id: string) =>
      Number(((await redis.xpending(name, name, id, id, 1)) as unknown[][])[0]?.[3] ?? 1),
    /** To itself: that makes it look young again, and counts as no attempt. */
    keep: (id: string) => redis.xclaim(name, name, consumer, 0, id, "JUSTID"),
    done: (id: string) => redis.multi().xack(name, name, id).xdel(name, id).exec(),
    close: () => blocking.disconnect(),
  };
}
