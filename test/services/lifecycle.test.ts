import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { test } from "node:test";
import { startProgram } from "./program.ts";

const file = new URL("slow-service.ts", import.meta.url);
const freePorts = { PORT: "0", METRICS_PORT: "0" };

test("SIGTERM: the running request finishes, new ones are refused, dependencies close, exit 0", async (context) => {
  const program = startProgram(context, file, freePorts);
  const { port } = await program.logged("listening");
  const url = `http://127.0.0.1:${String(port)}`;
  const running = fetch(`${url}/slow`);
  await program.logged("working");
  program.signal("SIGTERM");
  await program.logged("draining");
  await assert.rejects(fetch(`${url}/health/live`));
  program.signal("SIGUSR2");
  const response = await running;
  assert.deepEqual([response.status, await response.json()], [200, { done: true }]);
  assert.equal(response.headers.get("connection"), "close");
  assert.equal(await program.exitCode, 0);
  const messages = program.lines.map((line) => line["message"]);
  assert.deepEqual(messages, ["listening", "working", "draining", "request", "store closed", "stopped"]);
});

test("SIGTERM: a connection that never asks anything does not hold the end up", async (context) => {
  const program = startProgram(context, file, freePorts);
  const { port } = await program.logged("listening");
  const socket = connect(Number(port), "127.0.0.1");
  await once(socket, "connect");
  // Answered only after the connection before it was accepted.
  await fetch(`http://127.0.0.1:${String(port)}/health/live`);
  const askedAtMs = performance.now();
  program.signal("SIGTERM");
  assert.equal(await program.exitCode, 0);
  assert.ok(performance.now() - askedAtMs < 2_000);
  socket.destroy();
});

test("a service that cannot start says so in JSON and exits 1", async (context) => {
  const program = startProgram(context, file, {
    PORT: "eighty",
  });
  assert.equal(await program.exitCode, 1);
  const { level, service, err } = program.lines.at(-1) ?? {};
  assert.deepEqual([level, service], ["fatal", "slow"]);
  assert.match(JSON.stringify(err), /PORT is not a whole number: eighty/);
});
