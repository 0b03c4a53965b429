import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { Ollama } from "ollama";
import type { ChatResponse } from "ollama";
import { Ajv } from "ajv";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { post, startMock } from "./mock-server.ts";

// What Ollama's own client makes of each endpoint, and what is on the wire.
describe("the client ollama", () => {
  const cleanup = cleanupAtTheEnd();
  let client: Ollama;
  let url: string;
  const model = "mage-small";
  const messages = [{ role: "user", content: "Where is the harbour?" }];

  before(async () => {
    const rules = [
      { when: { contains: "busy" }, failure: { status: 429, message: "too many requests" } },
      { when: { contains: "cut off" }, failure: { dropAfterFrames: 2 } },
    ];
    url = await startMock(cleanup, { models: [model, "other:7b"], tokensPerSecond: 0, rules });
    client = new Ollama({ host: url });
  });

  test("lists, shows and pulls what is there", async () => {
    const { models } = await client.list();
    assert.deepEqual(
      models.map(({ name }) => name),
      ["mage-small:latest", "other:7b"],
    );
    assert.match(models[0]?.digest ?? "", /^[0-9a-f]{64}$/);
    const running = await client.ps();
    assert.deepEqual(
      running.models.map(({ model: name }) => name),
      ["mage-small:latest", "other:7b"],
    );
    const shown = await client.show({ model });
    assert.deepEqual(shown.capabilities, ["completion", "tools", "embedding"]);
    assert.equal(shown.details.format, "gguf");
    assert.deepEqual(await client.pull({ model }), { status: "success" });
    const progress: string[] = [];
    for await (const { status } of await client.pull({ model, stream: true })) progress.push(status);
    assert.deepEqual([progress[0], progress.at(-1)], ["pulling manifest", "success"]);
    assert.deepEqual(await client.version(), { version: "0.12.3" });
  });

  test("chats, whole and streamed alike", async () => {
    const whole = await client.chat({ model, messages });
    assert.match(whole.message.content, /^You asked: "Where is the harbour\?"\./);
    assert.equal(whole.done_reason, "stop");
    assert.equal(whole.total_duration, whole.load_duration + whole.prompt_eval_duration + whole.eval_duration);
    const pieces: ChatResponse[] = [];
    for await (const piece of await client.chat({ model, messages, stream: true })) pieces.push(piece);
    assert.equal(pieces.map(({ message }) => message.content).join(""), whole.message.content);
    assert.deepEqual(
      pieces.map(({ done }) => done),
      [...pieces.slice(1).map(() => false), true],
    );
    assert.deepEqual({ ...pieces.at(-1), message: whole.message }, whole);
    assert.equal(whole.eval_count, pieces.length - 1);
  });

  test("generates, and goes on from the context it gave", async () => {
    const whole = await client.generate({ model, prompt: "Say more", options: { num_predict: 5 } });
    assert.equal(whole.response, 'You asked: "Say more"');
    assert.equal(whole.done_reason, "length");
    let text = "";
    const options = { stop: [" asked"] };
    for await (const { response } of await client.generate({ model, prompt: "x", stream: true, options }))
      text += response;
    assert.equal(text, "You");
    const next = await client.generate({ model, prompt: "And then?", context: whole.context });
    assert.ok((next.prompt_eval_count ?? 0) > 7);
    const passages = await client.generate({
      model,
      system: "[1] The sea is cold.\n[2] The sun is hot.",
      prompt: "How hot is the sun?",
    });
    assert.equal(passages.response, "The sun is hot. [2]");
  });

  test("keeps to a format, and calls tools until they answered", async () => {
    const schema = { type: "object", properties: { place: { type: "string" } }, required: ["place"] };
    const { message } = await client.chat({ model, messages, format: schema });
    assert.ok(new Ajv().validate(schema, JSON.parse(message.content)));
    const generated = await client.generate({ model, prompt: "x", format: "json" });
    assert.deepEqual(Object.keys(JSON.parse(generated.response ?? "") as object), ["answer"]);
    const tools = [{ type: "function", function: { name: "find_harbour", description: "", parameters: schema } }];
    const called = await client.chat({ model, messages, tools: tools as never });
    assert.equal(called.message.tool_calls?.[0]?.function.name, "find_harbour");
    const answered = [...messages, called.message, { role: "tool", tool_name: "find_harbour", content: "in the west" }];
    const last = await client.chat({ model, messages: answered, tools: tools as never });
    assert.equal(last.message.content, "The tool answered: in the west");
    assert.equal(last.message.tool_calls, undefined);
  });

  test("embeds, the new way and the old way alike", async () => {
    const { embeddings, prompt_eval_count: tokens } = await client.embed({ model, input: ["a harbour", "a ship"] });
    assert.equal(tokens, 5);
    const { embedding } = await client.embeddings({ model, prompt: "a harbour" });
    assert.deepEqual(embedding, embeddings[0]);
    const short = await client.embed({ model, input: "a harbour", dimensions: 32 });
    assert.equal(short.embeddings[0]?.length, 32);
    assert.deepEqual((await client.embed({ model, input: "" })).embeddings, []);
  });

  test("knows errors by their status and words", async () => {
    const missing = { name: "ResponseError", status_code: 404, message: "model 'gpt-9' not found" };
    await assert.rejects(client.chat({ model: "gpt-9", messages }), missing);
    await assert.rejects(client.generate({ model: "gpt-9", prompt: "x" }), missing);
    await assert.rejects(client.show({ model: "gpt-9" }), missing);
    await assert.rejects(client.embed({ model: "gpt-9", input: "x" }), missing);
    await assert.rejects(client.pull({ model: "gpt-9" }), {
      status_code: 500,
      message: "pull model manifest: file does not exist",
    });
    await assert.rejects(client.chat({ model, messages: [{ role: "user", content: "busy" }] }), {
      status_code: 429,
      message: "too many requests",
    });
    await assert.rejects(client.chat({ model, messages, think: true }), {
      status_code: 400,
      message: '"mage-small" does not support thinking',
    });
    const long = { model, input: "x ".repeat(9000) };
    await assert.rejects(client.embed({ ...long, truncate: false }), {
      status_code: 400,
      message: "input length exceeds maximum context length",
    });
    assert.equal((await client.embed(long)).prompt_eval_count, 8192);
  });

  test("sees a dropped stream as an error, and may abort one", async () => {
    const cut = await client.chat({ model, messages: [{ role: "user", content: "cut off" }], stream: true });
    let count = 0;
    await assert.rejects(async () => {
      for await (const _piece of cut) count++;
    });
    assert.equal(count, 2);
    // Slow enough that no two of them ever come together.
    const slow = new Ollama({ host: await startMock(cleanup, { models: [model], tokensPerSecond: 2 }) });
    const stream = await slow.chat({ model, messages, stream: true });
    let pieces = 0;
    await assert.rejects(
      async () => {
        for await (const _piece of stream) if (++pieces === 2) stream.abort();
      },
      { name: "AbortError" },
    );
    assert.equal(pieces, 2);
  });

  test("on the wire", async () => {
    const root = await fetch(url);
    assert.equal(await root.text(), "Ollama is running");
    assert.equal((await fetch(url, { method: "HEAD" })).status, 200);
    const whole = await post(`${url}/api/chat`, { model, messages, stream: false });
    assert.equal(whole.headers.get("content-type"), "application/json; charset=utf-8");
    const streamed = await post(`${url}/api/generate`, { model, prompt: "x" });
    assert.equal(streamed.headers.get("content-type"), "application/x-ndjson");
    assert.ok((await streamed.text()).endsWith("}\n"));
    const loaded = await post(`${url}/api/chat`, { model });
    assert.deepEqual(await loaded.json(), {
      model,
      created_at: "2025-01-01T00:00:00Z",
      message: { role: "assistant", content: "" },
      done: true,
      done_reason: "load",
    });
    const refused: [string, string, string][] = [
      ["/api/chat", "", "missing request body"],
      ["/api/chat", "{", "unexpected EOF"],
      ["/api/chat", "x", "invalid character 'x' looking for beginning of value"],
      ["/api/chat", "[]", "json: cannot unmarshal array into Go value of type api.Request"],
      ["/api/chat", "{}", "model is required"],
      ["/api/show", "{}", "model is required"],
      ["/api/embed", `{"model":"${model}","input":7}`, "invalid input type"],
      [
        "/api/generate",
        `{"model":"${model}","prompt":"x","raw":true,"system":"y"}`,
        "raw mode does not support template, system, or context",
      ],
    ];
    for (const [path, body, error] of refused) {
      const response = await post(url + path, body);
      assert.deepEqual([response.status, await response.json()], [400, { error }], `${path} ${body}`);
    }
    const unknown = await fetch(`${url}/api/nothing`);
    assert.deepEqual([unknown.status, await unknown.text()], [404, "404 page not found"]);
    const wrong = await fetch(`${url}/api/chat`);
    assert.deepEqual([wrong.status, await wrong.text()], [405, "405 method not allowed"]);
  });
});
