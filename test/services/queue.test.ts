import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Redis } from "ioredis";
import type { Dependency } from "../../services/base/dependencies.ts";
import { createLogger } from "../../services/base/logger.ts";
import { addToQueue, workOnQueue } from "../../services/base/queue.ts";
import type { QueueOptions, Worker } from "../../services/base/queue.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { eventually, freePort, runContainer, skipWithoutDocker } from "./docker.ts";

const logger = createLogger("test", { LOG_LEVEL: "silent" });

describe("a queue in a real Redis", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let redis: Redis;

  before(async () => {
    const port = await freePort();
    await runContainer(cleanup, "-p", `127.0.0.1:${port}:6379`, "redis:7-alpine");
    redis = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
    redis.on("error", () => undefined);
    cleanup.after(async () => redis.disconnect());
    await redis.ping();
  });

  test("each text is worked on once, also what came before there was a worker", async () => {
    const { options, start, done } = queueOf("once");
    await addToQueue(redis, options, "early");
    start();
    start();
    const later = Array.from({ length: 30 }, (_, index) => `later-${index}`);
    for (const text of later) await addToQueue(redis, options, text);
    await eventually(async () => assert.equal(await redis.xlen("once"), 0));
    assert.deepEqual(done.map(({ text }) => text).toSorted(), ["early", ...later].toSorted());
    assert.ok(done.every(({ attempt }) => attempt === 1));
  });

  test("what fails is tried again, and its attempts are counted", async () => {
    const { options, start, done } = queueOf("fails");
    const failing = ["a", "b", "c"];
    start(async (text, attempt) => {
      if (failing.includes(text) && attempt < 3) throw new Error("not yet");
    });
    for (const text of [...failing, "d"]) await addToQueue(redis, options, text);
    await eventually(async () => assert.equal(await redis.xlen("fails"), 0));
    assert.deepEqual(done.map(({ text, attempt }) => `${text}${attempt}`).toSorted(), [
      "a1",
      "a2",
      "a3",
      "b1",
      "b2",
      "b3",
      "c1",
      "c2",
      "c3",
      "d1",
    ]);
  });

  test("more failures than Redis looks through at once hold up none", async () => {
    const { options, start } = queueOf("many");
    start(async (text, attempt) => {
      if (text === "hopeless" || attempt < 2) throw new Error("not yet");
    });
    for (let index = 0; index < 24; index++) await addToQueue(redis, options, index < 12 ? "hopeless" : "slow");
    await eventually(async () => assert.equal(await redis.xlen("many"), 12));
  });

  test("what takes longer than a claim is left to its worker", async () => {
    const { options, start, done } = queueOf("long", 2000);
    const work = () => new Promise<void>((resolve) => setTimeout(resolve, options.claimAfterMs * 3));
    start(work);
    start(work);
    await addToQueue(redis, options, "long");
    await eventually(async () => assert.equal(await redis.xlen("long"), 0));
    assert.deepEqual(done, [{ text: "long", attempt: 1 }]);
  });

  test("a worker that is closed finishes what it can, and hands the rest back as if it were new", async () => {
    const { options, start, done } = queueOf("closed");
    const first = start((_text, _attempt, stop) => {
      return new Promise((_resolve, reject) => stop.addEventListener("abort", () => reject(new Error("stopped"))));
    });
    await addToQueue(redis, options, "long");
    await eventually(async () => assert.equal(done.length, 1));
    const closedAtMs = performance.now();
    await first.close?.();
    assert.ok(performance.now() - closedAtMs < options.finishTimeoutMs + 1_500);
    start();
    await eventually(async () => assert.equal(await redis.xlen("closed"), 0));
    assert.deepEqual(done[1], { text: "long", attempt: 1 });
  });

  test("Redis that lost everything is filled again", async () => {
    const { options, start, done } = queueOf("lost");
    start();
    await addToQueue(redis, options, "before");
    await eventually(async () => assert.equal(done.length, 1));
    await redis.del("lost");
    await addToQueue(redis, options, "after");
    await eventually(async () => assert.equal(done.length, 2));
  });

  test("where there is nothing to do, that is said now and then", async () => {
    const { idle, start } = queueOf("idle");
    start();
    await eventually(async () => assert.ok(idle.count >= 2));
  });

  function queueOf(name: string, claimAfterMs = 500) {
    const options: QueueOptions = { name, field: "text", claimAfterMs, finishTimeoutMs: 200 };
    const done: { text: string; attempt: number }[] = [];
    const idle = { count: 0 };
    const start = (work: Worker["work"] = async () => undefined): Dependency => {
      const worker: Worker = {
        work: (text, attempt, stop) => {
          done.push({ text, attempt });
          return work(text, attempt, stop);
        },
        idle: async () => void (idle.count += 1),
      };
      const dependency = workOnQueue(redis, options, worker, logger);
      cleanup.after(async () => dependency.close?.());
      return dependency;
    };
    return { options, done, idle, start };
  }
});
