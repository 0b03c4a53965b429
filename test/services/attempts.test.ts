import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inAttempts } from "../../services/base/attempts.ts";
import type { Task } from "../../services/base/attempts.ts";
import { HttpError } from "../../services/base/errors.ts";

describe("attempts at a text of the queue", () => {
  const never = new AbortController().signal;

  test("what succeeds is told of by nobody", async () => {
    assert.deepEqual(await toldOf(async () => undefined, 1), { told: [], rejected: false });
  });

  test("what may help later is given out again, and ends with the last attempt", async () => {
    const fails = async () => Promise.reject(new Error("reset", { cause: new Error("by peer") }));
    const again = { told: [{ reason: "reset: by peer", isOver: false }], rejected: true };
    assert.deepEqual(await toldOf(fails, 1), again);
    assert.deepEqual(await toldOf(fails, 2), again);
    const reason = "given up after 3 attempts: an unexpected failure";
    assert.deepEqual(await toldOf(fails, 3), { told: [{ reason, isOver: true }], rejected: false });
  });

  test("what was refused for good is not tried again", async () => {
    for (const [status, isOver] of [
      [400, true],
      [413, true],
      [415, true],
      [422, true],
      [429, false],
      [502, false],
    ] as const) {
      const { told, rejected } = await toldOf(async () => Promise.reject(new HttpError(status, "no", "no")), 1);
      assert.deepEqual([told, rejected], [[{ reason: "no", isOver }], !isOver], String(status));
    }
  });

  test("what killed its worker each time is not begun again", async () => {
    let isBegun = false;
    const begin = async () => void (isBegun = true);
    const reason = "it was not done in 3 attempts";
    assert.deepEqual(await toldOf(begin, 4), { told: [{ reason, isOver: true }], rejected: false });
    assert.equal(isBegun, false);
  });

  test("what takes too long, or is stopped, is given out again", async () => {
    const hang = (signal: AbortSignal) =>
      new Promise<void>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason as Error)));
    const late = await toldOf(hang, 1);
    assert.deepEqual([late.told[0]?.isOver, late.rejected], [false, true]);
    const stopped = await toldOf(hang, 3, AbortSignal.timeout(50));
    const reason = "handed back by a replica that was stopped";
    assert.deepEqual(stopped, { told: [{ reason, isOver: false }], rejected: true });
  });

  test("what is nothing to do any more is done", async () => {
    await inAttempts({ maxAttempts: 1, timeoutMs: 1 }, async () => undefined)("gone", 1, never);
  });

  async function toldOf(work: Task["work"], attempt: number, stop = never) {
    const told: { reason: string; isOver: boolean }[] = [];
    const failed = async (reason: string, isOver: boolean) => void told.push({ reason, isOver });
    const attempts = inAttempts({ maxAttempts: 3, timeoutMs: 200 }, async () => ({ work, failed }));
    // A timeout alone keeps no process alive.
    const awake = setInterval(() => undefined, 1_000);
    const rejected = await attempts("text", attempt, stop).then(
      () => false,
      () => true,
    );
    clearInterval(awake);
    return { told, rejected };
  }
});
