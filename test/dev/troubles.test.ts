import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Pod } from "../../dev/sources/pod.ts";
import { UserError } from "../../tools/lib/errors.ts";
import { command, crash, crashedAs, deployment, openWorld } from "../support/observer-world.ts";

// What is told of a service while the API tells this and that about it. Here the test is the API.

const well: Pod = {
  ...command,
  status: { phase: "Running", conditions: [{ type: "Ready", status: "True" }], containerStatuses: [] },
};

test("a pod in trouble is told once, and that it is over", async () => {
  const world = await openWorld(command);
  await world.pod(command);
  await world.pod(command);
  assert.deepEqual(world.told(), ["POD_START"]);
  await world.pod(well);
  assert.deepEqual(world.told(), ["POD_START", "service-recovered"]);
});

test("nothing is told before what was applied is observed, nor of a pod that has gone", async () => {
  const world = await openWorld(command, false);
  await world.pod(command);
  assert.deepEqual(world.told(), []);
  await world.pod({ ...command, metadata: { ...command.metadata, deletionTimestamp: "2026-01-01T00:00:00Z" } });
  void world.observe();
  await world.settle();
  assert.deepEqual(world.told(), []);
});

test("pods of an older ReplicaSet are of no interest", async () => {
  const world = await openWorld(command);
  await world.deployment({ generation: 2, revision: 2, observed: 2 });
  await world.pod(command);
  assert.deepEqual(world.told(), []);
});

test("a Deployment that its controller has not looked at yet says nothing of which pods count", async () => {
  const world = await openWorld(command);
  await world.deployment({ generation: 2, revision: 1, observed: 1 });
  await world.pod(command);
  assert.deepEqual(world.told(), []);
});

test("another time of day in a log is not another trouble, and another error is", async () => {
  const world = await openWorld(crash);
  for (const [id, line] of [
    ["1", "10:00:01 Error: no database url given"],
    ["2", "10:00:12 Error: no database url given"],
    ["3", "10:00:33 Error: another"],
    ["4", "10:01:33 Error: no database url given"],
  ] as const)
    await world.pod(crashedAs(id), line);
  assert.deepEqual(world.messages(), [
    "container main exited with code 1: 10:00:01 Error: no database url given",
    "container main exited with code 1: 10:00:33 Error: another",
  ]);
});

test("a log that does not come keeps nothing back", async () => {
  const world = await openWorld(crash);
  await world.pod(crashedAs("lost"), null);
  assert.deepEqual(world.messages(), ["container main exited with code 1: Error: said in its status"]);
});

test("that it has become final is told in the words that were told", async () => {
  const world = await openWorld(crash);
  await world.pod(crashedAs("1", 0), "Error: at 1");
  await world.pod(crashedAs("2", 2), "Error: at 2");
  await world.pod(crashedAs("3", 3), "Error: at 3");
  assert.deepEqual(
    world.events.map((event) => event.type === "service-troubled" && [event.finding.message, event.isFinal]),
    [
      ["container main exited with code 1: Error: at 1", false],
      ["container main exited with code 1: Error: at 1", true],
    ],
  );
});

test("who crashes while a dependency is not there is in no trouble; that it waits is told when that takes long", async () => {
  const world = await openWorld(crash, true, ["db"]);
  const creationTimestamp = new Date().toISOString();
  const pod = crashedAs("1");
  await world.pod(
    { ...pod, metadata: { ...pod.metadata, creationTimestamp } },
    "Error: connect ECONNREFUSED 10.96.0.7:5432",
  );
  assert.deepEqual(world.told(), []);
  await world.pod(pod);
  await world.pod(pod);
  assert.deepEqual(world.told(), ["POD_WAITS"]);
  assert.deepEqual(world.messages(), ["crash waits for db, which is not Ready"]);
});

test("a roll-out resolves at the change that completes it, and takes back what was told", async () => {
  const world = await openWorld(command);
  await world.pod(command);
  let isDone = false;
  void world.outcome.then(() => (isDone = true));
  await world.settle();
  assert.equal(isDone, false);
  world.push("deployments", deployment({ generation: 1, revision: 1, observed: 1, ready: 1 }));
  await setImmediate();
  assert.equal(isDone, true);
  assert.deepEqual(world.told(), ["POD_START", "service-recovered"]);
});

test("an object that the watch still shows as it was before is not rolled out", async () => {
  const world = await openWorld(command, false);
  world.push("deployments", deployment({ generation: 1, revision: 1, observed: 1, ready: 1 }));
  world.applied(deployment({ generation: 2, revision: 1, observed: 1, ready: 1 }));
  let isDone = false;
  void world.observe().then(() => (isDone = true));
  await world.settle();
  assert.equal(isDone, false);
  world.push("deployments", deployment({ generation: 2, revision: 2, observed: 2, ready: 1 }));
  await setImmediate();
  assert.equal(isDone, true);
});

test("waiting ends with its signal, and in CI with what is wrong", async () => {
  const world = await openWorld(command, false);
  const abort = new AbortController();
  const aborted = world.observe(null, abort.signal);
  abort.abort();
  await aborted;
  await world.pod(command);
  const late = world.observe(100);
  const isRight = assert.rejects(late, (error) => {
    assert.ok(error instanceof UserError);
    const [{ code, message } = { code: "", message: "" }] = error.findings;
    assert.equal(code, "ROLLOUT_TIMEOUT");
    assert.match(message, /^not Ready after 0 s: container main cannot start: "serve" is not/);
    return true;
  });
  await world.settle();
  await isRight;
});
