import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiUnreachable } from "../../dev/cluster/api/errors.ts";
import { watchReach } from "../../dev/cluster/api/reach.ts";
import { eventually } from "../services/docker.ts";

// When the API counts as away: not at the first connection that breaks, and not for one request that gets no answer.

const refused = (): ApiUnreachable => new ApiUnreachable("https://cluster", new Error("connection refused"));
const longerThanGrace = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 700));

function watched(answers: () => boolean) {
  const told: string[] = [];
  let asked = 0;
  const ask = async (): Promise<boolean> => {
    asked += 1;
    return answers();
  };
  const reach = watchReach(ask, (error) => told.push(error === null ? "returned" : "lost"));
  return { reach, told, asked: () => asked };
}

test("a connection that broke while the next one works is told to nobody", async () => {
  const { reach, told, asked } = watched(() => false);
  reach.heard(refused());
  reach.heard(null);
  await longerThanGrace();
  assert.deepEqual([told, asked()], [[], 0]);
});

test("what nobody answers is told once, and so is its end", async () => {
  const { reach, told } = watched(() => false);
  for (const error of [refused(), refused()]) reach.heard(error);
  await eventually(async () => assert.deepEqual(told, ["lost"]));
  reach.heard(refused());
  await longerThanGrace();
  for (const _ of [1, 2]) reach.heard(null);
  assert.deepEqual(told, ["lost", "returned"]);
  reach.heard(refused());
  await eventually(async () => assert.deepEqual(told, ["lost", "returned", "lost"]));
});

test("a request that gets no answer is no outage while others get theirs", async () => {
  const { reach, told, asked } = watched(() => true);
  for (const times of [1, 2]) {
    reach.heard(refused());
    await eventually(async () => assert.equal(asked(), times));
  }
  assert.deepEqual(told, []);
});

test("whoever has closed it hears nothing more", async () => {
  const { reach, told } = watched(() => false);
  reach.heard(refused());
  await new Promise((resolve) => setTimeout(resolve, 100));
  reach.close();
  await longerThanGrace();
  assert.deepEqual(told, []);
});
