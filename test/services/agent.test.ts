import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import { calculate } from "../../services/agent/calculate.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { startModelStub } from "./stubs.ts";
import type { ModelStub } from "./stubs.ts";

const values: [string, number][] = [
  ["2 + 3 * 4", 14],
  ["(2 + 3) * 4", 20],
  ["-2^2", -4],
  ["2^3^2", 512],
  ["2^-1", 0.5],
  ["10 - 4 - 3", 3],
  ["7 % 4 / 2", 1.5],
  ["1.5e3 + .5", 1500.5],
  ["--3", 3],
];
for (const [expression, value] of values) {
  test(`${expression} = ${value}`, () => assert.equal(calculate(expression), value));
}

const wrong: [string, string][] = [
  ["", "the expression ends too early"],
  ["2 +", "the expression ends too early"],
  ["(2", "a parenthesis is not closed"],
  ["2 3", '"3" is not expected here'],
  ["2 ) 3", '")" is not expected here'],
  ["* 3", '"*" is not expected here'],
  ["1 / 0", "the result is not a number"],
  ["process.exit()", '"p" is neither a number nor one of + - * / % ^ ( )'],
  [".", '"." is neither a number nor one of + - * / % ^ ( )'],
];
for (const [expression, message] of wrong) {
  test(`"${expression}": ${message}`, () => assert.throws(() => calculate(expression), { message }));
}

test("an expression has the value that its tree has", () => {
  const operations = ["+", "-", "*", "/", "%", "^"] as const;
  const { tree } = fc.letrec<{ tree: Tree; number: Tree; pair: Tree }>((tie) => ({
    tree: fc.oneof({ maxDepth: 5 }, tie("number"), tie("pair")),
    number: fc.nat(20).map((value) => ({ text: String(value), value })),
    pair: fc.tuple(tie("tree"), fc.constantFrom(...operations), tie("tree")).map(([a, operation, b]) => ({
      text: `(${a.text} ${operation} ${b.text})`,
      value: applied[operation](a.value, b.value),
    })),
  }));
  fc.assert(
    fc.property(tree, ({ text, value }) => {
      if (Number.isFinite(value)) assert.equal(calculate(text), value);
      else assert.throws(() => calculate(text), { message: "the result is not a number" });
    }),
  );
});

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
    const env = { ...platform.env, CORE_URL, VLLM_URL: model.url, MAX_STEPS: "3" };
    const { url } = await startNamed(cleanup, "agent", env);
    core = clientOf(CORE_URL, await platform.token("ann"));
    agent = clientOf(url, await platform.token("ann"));
    bob = clientOf(url, await platform.token("bob"));
  });

  test("a task takes its steps, and is found again, by its owner alone", async () => {
    model.reply(call("calculate", { expression: "6 * 7" }), { text: "It is 42." });
    const events = await agent.events("/tasks", { task: "How much is 6 * 7?" });
    const step = { tool: "calculate", arguments: { expression: "6 * 7" }, result: { value: 42 } };
    const { id } = (events.at(-1) as any).data;
    assert.deepEqual(events, [
      { event: "step", data: step },
      { event: "done", data: { id, answer: "It is 42." } },
    ]);
    assert.deepEqual(model.requests.at(-1).messages.slice(2), [
      { role: "assistant", content: "", tool_calls: [{ id: "call-0", type: "function", function: written(step) }] },
      { role: "tool", tool_call_id: "call-0", content: '{"value":42}' },
    ]);
    const kept = { id, task: "How much is 6 * 7?", steps: [step], answer: "It is 42." };
    assert.deepEqual((await agent.get(`/tasks/${id}`)).body, kept);
    assert.equal((await bob.get(`/tasks/${id}`)).status, 404);
    const seconds = await platform.redis.ttl(`agent:task:${id}:ann`);
    assert.ok(seconds > 86_000 && seconds <= 86_400, String(seconds));
  });

  test("conversations are read on the user's behalf", async () => {
    const { id } = (await core.post("/conversations", { title: "Ports" })).body;
    await core.post(`/conversations/${id}/messages`, { role: "user", content: "Where?" });
    const steps = [call("list_conversations", {}), call("read_conversation", { id })];
    model.reply(...steps, { text: "You asked where." });
    const { status, body } = await agent.post("/tasks", { task: "What did I ask?", stream: false });
    assert.deepEqual([status, body.answer], [201, "You asked where."]);
    assert.equal(body.steps[0].result.conversations[0].title, "Ports");
    assert.deepEqual(body.steps[1].result, { title: "Ports", messages: [{ role: "user", content: "Where?" }] });
    model.reply(call("read_conversation", { id }), { text: "Nothing." });
    const other = await bob.post("/tasks", { task: "What did ann ask?", stream: false });
    assert.deepEqual(other.body.steps[0].result, { error: `you have no conversation ${id}` });
  });

  test("what is remembered is recalled in another task, for the same user alone", async () => {
    model.reply(call("remember", { key: "port", value: "north" }), { text: "Kept." });
    await agent.post("/tasks", { task: "Remember", stream: false });
    for (const [user, result] of [
      [agent, { port: "north" }],
      [bob, {}],
    ] as const) {
      model.reply(call("recall", {}), { text: "Recalled." });
      const { body } = await user.post("/tasks", { task: "Recall", stream: false });
      assert.deepEqual(body.steps[0].result, result);
    }
  });

  test("wrong arguments and unknown tools are told to the model, which goes on", async () => {
    const wrongCalls = [
      { name: "calculate", arguments: "{" },
      { name: "calculate", arguments: '{"expression":1}' },
      { name: "shell", arguments: "{}" },
    ];
    model.reply({ toolCalls: wrongCalls }, { text: "I cannot." });
    const { body } = await agent.post("/tasks", { task: "Do", stream: false });
    assert.deepEqual(
      body.steps.map(({ result }: any) => result.error),
      [
        "the arguments do not fit the parameters of calculate",
        "the arguments do not fit the parameters of calculate",
        "there is no tool shell",
      ],
    );
    assert.equal(body.answer, "I cannot.");
  });

  test("after so many steps the model has to answer", async () => {
    const again = call("calculate", { expression: "1" });
    model.reply(again, again, again, { text: "Enough." });
    const { body } = await agent.post("/tasks", { task: "Go on", stream: false });
    assert.deepEqual([body.steps.length, body.answer], [3, "Enough."]);
    assert.deepEqual(
      model.requests.slice(-4).map(({ tool_choice }) => tool_choice),
      ["auto", "auto", "auto", "none"],
    );
  });

  test("a model that fails at once: 502; after a step: an event", async () => {
    model.reply({ status: 500 });
    const failed = await agent.post("/tasks", { task: "Do" });
    assert.deepEqual([failed.status, failed.body.error.code], [502, "model_failed"]);
    model.reply(call("calculate", { expression: "1" }), { status: 500 });
    const events = await agent.events("/tasks", { task: "Do" });
    assert.deepEqual(events.at(-1)?.data, { code: "model_failed", message: "the model did not answer" });
  });
});

interface Tree {
  readonly text: string;
  readonly value: number;
}

const applied = {
  "+": (a: number, b: number) => a + b,
  "-": (a: number, b: number) => a - b,
  "*": (a: number, b: number) => a * b,
  "/": (a: number, b: number) => a / b,
  "%": (a: number, b: number) => a % b,
  "^": (a: number, b: number) => a ** b,
};

function call(name: string, given: object) {
  return { toolCalls: [{ name, arguments: JSON.stringify(given) }] };
}

function written(step: { tool: string; arguments: object }) {
  return { name: step.tool, arguments: JSON.stringify(step.arguments) };
}
