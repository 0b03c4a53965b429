import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, beforeEach, describe, test } from "node:test";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { post, startMock } from "./mock-server.ts";
import { startProgram } from "./program.ts";
import { readSettings } from "../../dev/mock/settings/read.ts";

const main = new URL("../../dev/mock/main.ts", import.meta.url);

describe("settings at run time", () => {
  const cleanup = cleanupAtTheEnd();
  let url: string;
  before(async () => (url = await startMock(cleanup)));
  beforeEach(() => fetch(`${url}/mock/settings`, { method: "DELETE" }));

  const change = async (patch: unknown) => {
    const response = await fetch(`${url}/mock/settings`, { method: "PATCH", body: JSON.stringify(patch) });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const chat = (content: string, more: object = {}) =>
    post(`${url}/v1/chat/completions`, { messages: [{ role: "user", content }], ...more });
  const said = async (content: string) =>
    ((await (await chat(content)).json()) as { choices: { message: { content: string } }[] }).choices[0]?.message
      .content;

  test("are read, changed in part, and put back", async () => {
    const start = {
      models: ["mage-chat"],
      maxModelLen: 8192,
      dimensions: 768,
      latencyMs: 0,
      tokensPerSecond: 0,
      rules: [],
    };
    assert.deepEqual(await (await fetch(`${url}/mock/settings`)).json(), start);
    assert.deepEqual(await change({ models: ["a", "b"], dimensions: 8 }), {
      status: 200,
      body: { ...start, models: ["a", "b"], dimensions: 8 },
    });
    const { data } = (await (await fetch(`${url}/v1/models`)).json()) as { data: { id: string }[] };
    assert.deepEqual(
      data.map(({ id }) => id),
      ["a", "b"],
    );
    assert.deepEqual((await change({ models: null })).body, { ...start, dimensions: 8 });
    assert.deepEqual(await (await fetch(`${url}/mock/settings`, { method: "DELETE" })).json(), start);
  });

  test("say what is wrong, where and what to do, and stay as they were", async () => {
    const refused: [unknown, string][] = [
      [
        { latency: 1 },
        "settings.latency is no setting. Take one of models, maxModelLen, dimensions, latencyMs, tokensPerSecond, rules.",
      ],
      [{ latencyMs: "1" }, 'settings.latencyMs is "1". Give a number from 0 to 3600000.'],
      [{ models: [] }, "settings.models is []. Give a list of at least one name."],
      [
        { rules: [{ failure: {} }] },
        "settings.rules[0].failure says not how to fail. Give one of status, timeout, dropAfterFrames.",
      ],
      [
        { rules: [{ failure: { status: 200 } }] },
        "settings.rules[0].failure.status is 200. Give a whole number from 400 to 599.",
      ],
      [
        { rules: [{ when: { words: "x" } }] },
        "settings.rules[0].when.words is no setting. Take one of path, model, contains, fileName, sha256.",
      ],
      [
        { rules: [{ toolCalls: [{ name: "x" }] }] },
        'settings.rules[0].toolCalls[0] arguments is missing. Add "arguments".',
      ],
    ];
    for (const [patch, message] of refused) {
      assert.deepEqual(await change(patch), {
        status: 400,
        body: { error: { message, type: "MOCK_SETTINGS", param: null, code: 400 } },
      });
    }
    assert.deepEqual(((await (await fetch(`${url}/mock/settings`)).json()) as { rules: unknown }).rules, []);
  });

  test("an answer may be scripted, a call too, by text, model and path", async () => {
    await change({
      models: ["mage-chat", "other"],
      rules: [
        { when: { contains: "capital of france", path: "/v1/chat/completions" }, answer: "Paris." },
        { when: { model: "other" }, toolCalls: [{ name: "look", arguments: { at: 1 } }] },
      ],
    });
    assert.equal(await said("What is the Capital of France?"), "Paris.");
    assert.match((await said("What is the capital of Spain?")) ?? "", /^You asked/);
    assert.match(
      await (await chat("x", { model: "other" })).text(),
      /"function":\{"name":"look","arguments":"\{\\"at\\":1\}"\}/,
    );
    const completion = await post(`${url}/v1/completions`, { prompt: "capital of France" });
    assert.doesNotMatch(await completion.text(), /Paris/);
  });

  test("a rule that is used up makes room for the next", async () => {
    await change({ rules: [{ failure: { status: 500 }, times: 2 }, { answer: "back" }] });
    const statuses = [];
    for (let count = 0; count < 3; count++) statuses.push((await chat("x")).status);
    assert.deepEqual(statuses, [500, 500, 200]);
    assert.equal(await said("x"), "back");
  });

  test("failures have the API's shape, and a 429 says when to come back", async () => {
    await change({ rules: [{ failure: { status: 429, retryAfterSeconds: 7 } }] });
    const limited = await chat("x");
    assert.equal(limited.headers.get("retry-after"), "7");
    const error = { message: "Too Many Requests", type: "Too Many Requests", param: null, code: 429 };
    assert.deepEqual([limited.status, await limited.json()], [429, { error }]);
    const ollama = await post(`${url}/api/embed`, { model: "mage-chat", input: "x" });
    assert.deepEqual([ollama.status, await ollama.json()], [429, { error: "Too Many Requests" }]);
    assert.equal((await fetch(`${url}/health`)).status, 200);
    await change({ rules: [{ when: { path: "/health" }, failure: { status: 503 } }] });
    assert.equal((await fetch(`${url}/health`)).status, 503);
    assert.equal((await chat("x")).status, 200);
  });

  test("a timeout never answers, and a drop cuts the connection", async () => {
    await change({
      rules: [{ when: { contains: "silence" }, failure: { timeout: true } }, { failure: { dropAfterFrames: 2 } }],
    });
    const silent = post(`${url}/v1/embeddings`, { input: "silence" }, AbortSignal.timeout(150));
    await assert.rejects(silent, { name: "TimeoutError" });
    await assert.rejects(chat("x"), { message: "fetch failed" });
    const streamed = await chat("x", { stream: true });
    await assert.rejects(streamed.text(), { message: "terminated" });
  });

  test("latency comes before the first byte, speed after it", async () => {
    await change({ latencyMs: 150, tokensPerSecond: 5 });
    const startMs = performance.now();
    const response = await chat("x", { stream: true, max_tokens: 10 });
    const firstMs = performance.now() - startMs;
    await response.text();
    const lastMs = performance.now() - startMs;
    assert.ok(firstMs >= 149 && firstMs < 1000, `first byte after ${firstMs} ms`);
    assert.ok(lastMs >= 2100 && lastMs < 10_000, `last byte after ${lastMs} ms`);
    const wholeStartMs = performance.now();
    await (await chat("x", { max_tokens: 10 })).text();
    assert.ok(performance.now() - wholeStartMs >= 2100);
  });
});

test("the environment: a file, then a text, then single variables", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "mock-"));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "settings.json");
  await writeFile(file, JSON.stringify({ models: ["a"], dimensions: 16, latencyMs: 5 }));
  const environment = {
    MOCK_SETTINGS_FILE: file,
    MOCK_SETTINGS: '{"dimensions": 32, "rules": [{"answer": "x"}]}',
    MOCK_LATENCY_MS: "7",
  };
  assert.deepEqual(readSettings(environment), {
    models: ["a"],
    maxModelLen: 8192,
    dimensions: 32,
    latencyMs: 7,
    tokensPerSecond: 0,
    rules: [{ answer: "x", when: {} }],
  });
});

const mistakes: [Record<string, string>, object][] = [
  [
    { MOCK_SETTINGS: "{" },
    { code: "MOCK_SETTINGS", where: "MOCK_SETTINGS", fix: "Write one JSON object of settings." },
  ],
  [
    { MOCK_SETTINGS_FILE: "/nowhere" },
    { code: "MOCK_SETTINGS", where: "MOCK_SETTINGS_FILE", fix: "Mount the file there, or unset the variable." },
  ],
  [
    { MOCK_DIMENSIONS: "many" },
    { code: "MOCK_SETTINGS", where: "environment.dimensions", fix: "Give a whole number from 8 to 16384." },
  ],
  [
    { MOCK_MODELS: "," },
    { code: "MOCK_SETTINGS", where: "environment.models", fix: "Give a list of at least one name." },
  ],
  [{ PORT: "http" }, { code: "MOCK_SETTINGS", where: "environment.PORT", fix: "Give a whole number from 0 to 65535." }],
];
for (const [environment, expected] of mistakes) {
  test(`the program ends with a finding for ${JSON.stringify(environment)}`, async (context) => {
    const program = startProgram(context, main, { PORT: "0", ...environment });
    assert.equal(await program.exitCode, 1);
    assert.equal(program.lines.length, 1);
    const { level, message, ...rest } = program.lines[0] ?? {};
    assert.deepEqual([level, typeof message, rest], ["error", "string", expected]);
  });
}
