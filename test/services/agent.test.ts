import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { startModelStub } from "./stubs.ts";
import type { ModelStub } from "./stubs.ts";

describe("agent with real PostgreSQL, Redis and core", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let platform: Platform;
  let model: ModelStub;
  let core: Client;
  let agent: Client;
  let bob: Client;

  before(async () => {
    platform = await startPlatform(cleanup);
    model = await startModelStub(cleanup);
    const { url: CORE_URL } = await startNamed(cleanup, "core", platform.env);
    const env = { ...platform.env, CORE_URL, VLLM_URL: model.url };
    const { url } = await startNamed(cleanup, "agent", env);
    core = clientOf(CORE_URL, await platform.token("ann"));
    agent = clientOf(url, await platform.token("ann"));
    bob = clientOf(url, await platform.token("bob"));
  });

  test("a task takes its steps, and is found again, by its owner alone", async () => {
    await core.post("/conversations", { title: "Tides" });
    model.reply(call("list_conversations", {}), { text: "It is about tides." });
    const { status, headers, body } = await agent.post("/tasks", { task: "What is it about?" });
    const { id, steps, ...rest } = body;
    assert.deepEqual([status, headers.get("location")], [201, `/tasks/${id}`]);
    assert.deepEqual(rest, { task: "What is it about?", answer: "It is about tides." });
    const [{ result, ...step }] = steps;
    assert.deepEqual([steps.length, step], [1, { tool: "list_conversations", arguments: {} }]);
    assert.equal(result.conversations[0].title, "Tides");
    const [asked, told] = model.requests.at(-1).messages.slice(2);
    assert.deepEqual(asked.tool_calls[0].function, { name: "list_conversations", arguments: "{}" });
    assert.deepEqual(told, { role: "tool", tool_call_id: "call-0", content: JSON.stringify(result) });
    assert.deepEqual((await agent.get(`/tasks/${id}`)).body, body);
    assert.equal((await bob.get(`/tasks/${id}`)).status, 404);
    const seconds = await platform.redis.ttl(`agent:task:${id}:ann`);
    assert.ok(seconds > 86_000 && seconds <= 86_400, String(seconds));
  });

  test("conversations are read on the user's behalf", async () => {
    const { id } = (await core.post("/conversations", { title: "Ports" })).body;
    await core.post(`/conversations/${id}/messages`, { role: "user", content: "Where?" });
    const steps = [call("list_conversations", {}), call("read_conversation", { id })];
    model.reply(...steps, { text: "You asked where." });
    const { status, body } = await agent.post("/tasks", { task: "What did I ask?" });
    assert.deepEqual([status, body.answer], [201, "You asked where."]);
    assert.equal(body.steps[0].result.conversations[0].title, "Ports");
    assert.deepEqual(body.steps[1].arguments, { id });
    const { title, messages } = body.steps[1].result;
    assert.deepEqual([title, messages.length, messages[0].content], ["Ports", 1, "Where?"]);
    model.reply(call("read_conversation", { id }), { text: "Nothing." });
    const other = await bob.post("/tasks", { task: "What did ann ask?" });
    assert.deepEqual(other.body.steps[0].result, { error: `you have no conversation ${id}` });
  });

  test("wrong arguments and unknown tools are told to the model, which goes on", async () => {
    const wrong = ["{", '{"id":"one"}'].map((given) => ({ name: "read_conversation", arguments: given }));
    model.reply({ toolCalls: [...wrong, { name: "shell", arguments: "{}" }] }, { text: "I cannot." });
    const { body } = await agent.post("/tasks", { task: "Do" });
    const result = { error: "read_conversation takes other arguments" };
    assert.deepEqual(
      body.steps,
      ["{", '{"id":"one"}'].map((given) => ({ tool: "read_conversation", arguments: given, result })),
    );
    assert.match(model.requests.at(-1).messages.at(-1).content, /^Invalid tool_call: "shell"\./);
    assert.equal(body.answer, "I cannot.");
  });

  test("a model that never answers is not asked for ever", async () => {
    const before = model.requests.length;
    model.reply(...Array.from({ length: 8 }, () => call("list_conversations", {})));
    const { status, body } = await agent.post("/tasks", { task: "Go on" });
    assert.deepEqual([status, body.error.code], [502, "model_failed"]);
    assert.equal(model.requests.length, before + 8);
  });

  test("a model that fails, at once or after a step: 502", async () => {
    for (const steps of [[], [call("list_conversations", {})]]) {
      model.reply(...steps, { status: 500 });
      const { status, body } = await agent.post("/tasks", { task: "Do" });
      const error = { code: "model_failed", message: "the model did not answer" };
      assert.deepEqual([status, body], [502, { error }]);
    }
  });

  test("a client that leaves ends the model's work", async () => {
    const leave = new AbortController();
    model.reply({ text: "Too late.", after: new Promise(() => undefined) });
    const requests = model.requests.length + 1;
    const gone = assert.rejects(agent.stream("/tasks", { task: "Do" }, leave.signal).next());
    await eventually(async () => assert.equal(model.requests.length, requests));
    leave.abort();
    await Promise.all([gone, model.aborted()]);
  });
});

function call(name: string, given: object) {
  return { toolCalls: [{ name, arguments: JSON.stringify(given) }] };
}
