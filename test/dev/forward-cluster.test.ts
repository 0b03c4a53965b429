import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../services/docker.ts";
import { skipWithoutCluster } from "../support/cluster.ts";
import { ForwardedPods } from "../support/forwarded-pods.ts";

// Forwards to real pods: a server that says its version, and when its port began to accept.

const skip = skipWithoutCluster();
const world = new ForwardedPods();
before(() => (skip ? undefined : world.open()));
after(() => (skip ? undefined : world.close()));

interface Answer {
  readonly version: string;
  readonly pod: string;
  readonly listeningAtMs: number;
}

/** On a connection of its own. */
async function ask(path = "/"): Promise<string> {
  const request = get({ port: world.http, host: "127.0.0.1", path, agent: false });
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream];
  return text(response);
}

const answer = async (): Promise<Answer> => JSON.parse(await ask()) as Answer;
const says = (version: string): Promise<Answer> =>
  eventually(async () => {
    const said = await answer();
    assert.equal(said.version, version);
    return said;
  }, 60_000);

test(
  "ten connections a second through a roll-out: none fails, and new code answers before Kubernetes calls it Ready",
  { skip },
  async (t) => {
    await world.apply("Deployment", "early");
    await says("early");
    await eventually(async () => assert.equal(await world.readyVersions(), "early"), 60_000);
    const asked: Promise<{ readonly version: string; readonly lateMs: number } | Error>[] = [];
    const timer = setInterval(() => {
      const one = answer().then(({ version, listeningAtMs }) => ({ version, lateMs: Date.now() - listeningAtMs }));
      asked.push(one.catch((error: Error) => error));
    }, 100);
    t.after(() => clearInterval(timer));
    await sleep(500);
    await world.apply("Deployment", "held");
    await says("held");
    assert.equal(await world.readyVersions(), "early", "the new pod is not Ready before it is allowed to be");
    await ask("/allow");
    await eventually(async () => assert.equal(await world.readyVersions(), "held"), 60_000);
    clearInterval(timer);
    const all = await Promise.all(asked);
    assert.deepEqual(
      all.filter((one) => one instanceof Error),
      [],
    );
    const versions = all.map((one) => (one instanceof Error ? "" : one.version));
    assert.deepEqual(versions, versions.toSorted(), "once new code has answered, no old code does");
    const first = all.find((one) => !(one instanceof Error) && one.version === "held");
    t.diagnostic(
      `${all.length} connections, first answer ${first instanceof Error ? "" : first?.lateMs} ms after the port accepted`,
    );
  },
);

test("twenty roll-outs later the port is the same", { skip }, async () => {
  for (let n = 0; n < 20; n += 1) {
    await world.apply("Deployment", `round-${n}`);
    assert.equal((await says(`round-${n}`)).version, `round-${n}`);
  }
});

test("a roll-out that crashes leaves the old code answering, and its repair is found", { skip }, async () => {
  await eventually(async () => assert.equal(await world.readyVersions(), "round-19"), 60_000);
  await world.apply("Deployment", "crash");
  await eventually(async () => assert.match(world.pods(), /CrashLoopBackOff|Error/), 60_000);
  const startMs = performance.now();
  assert.equal((await answer()).version, "round-19");
  assert.ok(performance.now() - startMs < 5000);
  await world.apply("Deployment", "repaired");
  await says("repaired");
});

test("a hundred megabytes both ways, and to a client that reads slowly", { skip }, async () => {
  const bytes = randomBytes(100 * 2 ** 20);
  const socket = connect({ port: world.echo, host: "127.0.0.1" });
  socket.write(bytes);
  let got = 0;
  let pauses = 0;
  for await (const chunk of socket) {
    const part = chunk as Buffer;
    assert.ok(part.equals(bytes.subarray(got, got + part.length)), `at ${got}`);
    got += part.length;
    if (got % 5_000_000 < part.length && (pauses += 1) <= 10) await sleep(50);
    if (got === bytes.length) break;
  }
  assert.equal(got, bytes.length);
});

test("two hundred connections at once, each with its own answer", { skip }, async () => {
  const echoed = await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      const socket = connect({ port: world.echo, host: "127.0.0.1" });
      socket.write(`number ${n}`);
      const [said] = (await once(socket, "data")) as [Buffer];
      socket.destroy();
      return String(said);
    }),
  );
  assert.deepEqual(
    echoed,
    echoed.map((_, n) => `number ${n}`),
  );
  await eventually(async () => assert.equal(await world.openInPod(), "0"), 30_000);
});

test("events of a server come as they are sent, and an upgraded connection carries both ways", { skip }, async () => {
  const request = get({ port: world.http, host: "127.0.0.1", path: "/events", agent: false });
  const [response] = (await once(request, "response")) as [AsyncIterable<Buffer>];
  const parts: string[] = [];
  // The server sends one when the former one has been seen here.
  for await (const part of response) {
    parts.push(String(part));
    await ask("/next");
  }
  assert.equal(parts.join(""), "data: 1\n\ndata: 2\n\ndata: 3\n\ndata: 4\n\n");
  const upgrade = get({ port: world.http, host: "127.0.0.1", headers: { connection: "upgrade", upgrade: "echo" } });
  const [, socket] = (await once(upgrade, "upgrade")) as [unknown, import("node:net").Socket];
  for (const word of ["one", "two"]) {
    socket.write(word);
    assert.equal(String((await once(socket, "data"))[0]), word);
  }
  socket.destroy();
});

test("a StatefulSet's pod is replaced under its name: connections wait for the new one", { skip }, async () => {
  world.remove("Deployment");
  await world.apply("StatefulSet", "set-one");
  const before = await says("set-one");
  await world.apply("StatefulSet", "set-two");
  const next = await says("set-two");
  assert.equal(before.pod, next.pod);
});

for (const [how, seconds] of [
  ["silent", 10],
  ["gone", 3],
] as const)
  test(
    `an API that is ${how} for ${seconds} s ends nothing: what changed meanwhile is known, and ports lead on`,
    { skip },
    async () => {
      await says("set-two");
      const stop = await world.cutApi(how);
      await world.apply("StatefulSet", `after-${how}`);
      await eventually(async () => assert.equal(await world.runningVersions(), `after-${how}`), 60_000);
      const waiting = answer().catch((error: Error) => error);
      await sleep(seconds * 1000);
      stop();
      const backMs = performance.now();
      await says(`after-${how}`);
      assert.ok(performance.now() - backMs < 10_000);
      if (how === "gone") assert.ok(!((await waiting) instanceof Error), "who came meanwhile has waited");
      await world.apply("StatefulSet", "set-two");
    },
  );
