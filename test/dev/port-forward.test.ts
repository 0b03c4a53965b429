import assert from "node:assert/strict";
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { eventually } from "../services/docker.ts";
import { forwarded, web } from "./forwarded.ts";

/** What a server that answers once with its name says to what it is asked. */
const says = (name: string) => (socket: Socket) =>
  void socket.once("data", (asked) => socket.end(`${name}:${String(asked)}`));

async function ask(port: number, question = "hello", host = "127.0.0.1"): Promise<string> {
  const socket = connect({ port, host });
  socket.write(question);
  return text(socket);
}

test("a connection that arrives during a roll-out waits for the new code, and gets it before Kubernetes calls it Ready", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("old", "1", { isReady: true });
  await world.listens("old", says("old"));
  assert.equal(await ask(port), "old:hello");
  world.tell("new", "2", { isScheduled: false });
  const answers = [ask(port, "one"), ask(port, "two", "::1")];
  await sleep(100);
  world.tell("new", "2");
  await sleep(100);
  await world.listens("new", says("new"));
  assert.deepEqual(await Promise.all(answers), ["new:one", "new:two"]);
});

test("a connection that waits for a pod that dies gets its successor, also one with the same name", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("web-0", "1");
  const answer = ask(port);
  await sleep(100);
  world.tell("web-0", "1", { isDeleted: true });
  await sleep(50);
  world.forget("web-0");
  world.tell("web-0", "2", { uid: "another" });
  await world.listens("web-0", says("successor"));
  assert.equal(await answer, "successor:hello");
});

test("a roll-out that crashes does not keep connections from the old code", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("old", "1", { isReady: true });
  await world.listens("old", says("old"));
  world.tell("new", "2");
  const waiting = ask(port);
  await sleep(100);
  world.tell("new", "2", { waiting: "CrashLoopBackOff" });
  assert.equal(await waiting, "old:hello");
  assert.equal(await ask(port), "old:hello");
});

test("waiting has an end: then the old code answers at once, and where there is none the connection is closed", async (t) => {
  const [slow, none] = await Promise.all([forwarded(t), forwarded(t)]);
  slow.world.tell("old", "1", { isReady: true });
  await slow.world.listens("old", says("old"));
  slow.world.tell("new", "2");
  const startMs = performance.now();
  assert.deepEqual(await Promise.all([ask(slow.port), ask(none.port)]), ["old:hello", ""]);
  const tookMs = performance.now() - startMs;
  assert.ok(tookMs >= 9_900, `${tookMs} ms`);
  assert.equal(await ask(slow.port), "old:hello");
  assert.ok(performance.now() - startMs - tookMs < 2000, "nobody waits twice for the same roll-out");
  await slow.world.listens("new", says("new"));
  assert.equal(await ask(slow.port), "new:hello");
});

test("what a client sends is delivered once and whole, however often a pod refuses and however much it is", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("new", "1");
  const bytes = 8 * 2 ** 20;
  const socket = connect({ port, host: "127.0.0.1" });
  socket.write(Buffer.alloc(bytes, 7));
  await eventually(async () => assert.ok(world.opened > 3));
  let got = 0;
  await world.listens(
    "new",
    (pod) => void pod.on("data", (chunk) => (got += chunk.length) === bytes && pod.end("all")),
  );
  assert.equal(await text(socket), "all");
  assert.equal(got, bytes);
});

test("who speaks first is heard, and who ends writing is still answered", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("a", "1", { isReady: true });
  await world.listens("a", (socket) => {
    socket.write("welcome;");
    socket.on("data", () => setTimeout(() => socket.end("late answer"), 500));
  });
  const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
  assert.equal(String((await once(socket, "data"))[0]), "welcome;");
  socket.end("last words");
  assert.equal(await text(socket), "late answer");
});

test("clients that leave, before and after they are joined, leave nothing behind", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("a", "1");
  const early = Array.from({ length: 20 }, () => connect({ port, host: "127.0.0.1" }).on("error", () => undefined));
  await Promise.all(early.map((socket) => once(socket, "connect")));
  early.forEach((socket, n) => (n % 2 === 0 ? socket.end() : socket.resetAndDestroy()));
  await world.listens("a", (socket) => void socket.write("hello"));
  const late = Array.from({ length: 200 }, () => connect({ port, host: "127.0.0.1" }).on("error", () => undefined));
  await Promise.all(late.map((socket) => once(socket, "data")));
  await eventually(async () => assert.equal(world.open, 200));
  for (const socket of late) socket.resetAndDestroy();
  await eventually(async () => assert.equal(world.open, 0));
});

test("a pod that breaks a connection breaks it for the client, and one that ends it ends it", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("a", "1", { isReady: true });
  await world.listens("a", (socket) =>
    socket.once("data", () => socket.write("half", () => setTimeout(() => socket.resetAndDestroy(), 50))),
  );
  await assert.rejects(ask(port), /ECONNRESET/);
});

test("what a dying pod leaves without a word is asked again where that changes nothing, once, and nothing else is", async (t) => {
  const { world, port } = await forwarded(t);
  world.tell("a", "1", { isReady: true });
  const asked: string[] = [];
  await world.listens("a", (socket) =>
    socket.once("data", (question) => {
      asked.push(String(question));
      socket.end(asked.length === 2 ? "well" : "");
    }),
  );
  assert.equal(await ask(port, "GET /a"), "well");
  assert.equal(await ask(port, "POST /b"), "");
  assert.equal(await ask(port, "GET /c"), "");
  assert.deepEqual(asked, ["GET /a", "GET /a", "POST /b", "GET /c", "GET /c"]);
});

test("a port stays bound when it leads elsewhere, and is free when it is no longer declared", async (t) => {
  const { world, port, forwards } = await forwarded(t);
  world.tell("a", "1", { isReady: true });
  await world.listens("a", says("a"));
  await forwards.bind([web(port, 9090)]);
  assert.equal(await ask(port), "a:hello");
  await forwards.bind([]);
  await assert.rejects(ask(port), /ECONNREFUSED/);
  await assert.rejects(ask(port, "hello", "::1"), /ECONNREFUSED/);
});
