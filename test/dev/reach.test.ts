import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { ApiUnreachable } from "../../dev/cluster/api/errors.ts";
import { watchReach } from "../../dev/cluster/api/reach.ts";

// When the API counts as away: not at the first connection that breaks, and not for one request that gets no answer.

const refused = (): ApiUnreachable => new ApiUnreachable("https://cluster", new Error("connection refused"));

/** `answer` ends the question that was asked first of those that wait. */
function watched({ mock }: TestContext) {
  mock.timers.enable({ apis: ["setTimeout"] });
  const told: string[] = [];
  const waiting: ((error: ApiUnreachable | null) => void)[] = [];
  const ask = (): Promise<ApiUnreachable | null> => new Promise((resolve) => waiting.push(resolve));
  const reach = watchReach(ask, (error) => told.push(error === null ? "returned" : "lost"));
  const answer = async (error: ApiUnreachable | null): Promise<void> => {
    (waiting.shift() ?? assert.fail("nothing was asked"))(error);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { reach, told, waiting, answer, pass: (ms: number) => mock.timers.tick(ms) };
}

test("a connection that broke while the next one works is told to nobody", (t) => {
  const { reach, told, waiting, pass } = watched(t);
  reach.heard(refused());
  pass(400);
  reach.heard(null);
  pass(5000);
  assert.deepEqual([told, waiting.length], [[], 0]);
});

test("what nobody answers is told once, and so is its end", async (t) => {
  const { reach, told, answer, pass } = watched(t);
  for (const _ of [1, 2]) reach.heard(refused());
  pass(500);
  await answer(refused());
  assert.deepEqual(told, ["lost"]);
  reach.heard(refused());
  pass(900);
  for (const _ of [1, 2]) reach.heard(null);
  assert.deepEqual(told, ["lost", "returned"]);
  reach.heard(refused());
  pass(500);
  await answer(refused());
  assert.deepEqual(told, ["lost", "returned", "lost"]);
});

test("a request that gets no answer is no outage while others get theirs", async (t) => {
  const { reach, told, answer, pass } = watched(t);
  for (const _ of [1, 2]) {
    reach.heard(refused());
    pass(500);
    await answer(null);
  }
  assert.deepEqual(told, []);
});

test("what was heard while it was asked counts", async (t) => {
  const { reach, told, answer, pass } = watched(t);
  reach.heard(refused());
  pass(500);
  reach.heard(null);
  reach.heard(refused());
  await answer(refused());
  assert.deepEqual(told, []);
  pass(500);
  await answer(refused());
  assert.deepEqual(told, ["lost"]);
});

test("where nothing is heard for ten seconds it is asked; what has frozen is told, and asked each second", async (t) => {
  const { reach, told, waiting, answer, pass } = watched(t);
  reach.heard(null);
  pass(9999);
  assert.equal(waiting.length, 0);
  pass(1);
  await answer(null);
  pass(10_000);
  await answer(refused());
  pass(500);
  await answer(refused());
  assert.deepEqual(told, ["lost"]);
  pass(1000);
  await answer(null);
  assert.deepEqual(told, ["lost", "returned"]);
});

test("whoever has closed it hears nothing more, and nothing is asked", async (t) => {
  const { reach, told, waiting, answer, pass } = watched(t);
  reach.heard(refused());
  pass(500);
  reach.close();
  await answer(refused());
  reach.heard(refused());
  pass(60_000);
  assert.deepEqual([told, waiting.length], [[], 0]);
});
