import assert from "node:assert/strict";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";
import { createMockServer } from "../../dev/mock/server.ts";
import { startProgram } from "./program.ts";

const server = createMockServer({ models: ["mage-chat", "mage-small"] });
let url: string;

before(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());

// What OpenAI's clients read of an answer; anything may be missing, which the assertions find.
interface Answer {
  readonly [key: string]: unknown;
  readonly choices: {
    index: number;
    message: { role: string; content: string };
    finish_reason: string | null;
  }[];
  readonly usage: Record<string, number>;
  readonly error: Record<string, unknown>;
}

interface Chunk {
  readonly id: string;
  readonly object: string;
  readonly choices: { delta: { role?: string; content: string }; finish_reason: string | null }[];
  readonly usage?: Record<string, number>;
}

const tooLong =
  /^This model's maximum context length is 8192 tokens\. However, your request has 9001 input tokens\. Please reduce/;

const hello = {
  model: "mage-chat",
  messages: [{ role: "user", content: "Where is the harbour?" }],
};

test("health is 200 without a body", async () => {
  const response = await fetch(`${url}/health`);
  assert.equal(response.status, 200);
  assert.equal(await response.text(), "");
});

test("models are listed as vLLM lists them", async () => {
  const list = (await (await fetch(`${url}/v1/models`)).json()) as {
    object: string;
    data: Record<string, unknown>[];
  };
  assert.equal(list.object, "list");
  assert.deepEqual(
    list.data.map(({ id }) => id),
    ["mage-chat", "mage-small"],
  );
  const { permission, ...card } = list.data[0] ?? {};
  assert.deepEqual(card, {
    id: "mage-chat",
    object: "model",
    created: 1_735_689_600,
    owned_by: "vllm",
    root: "mage-chat",
    parent: null,
    max_model_len: 8192,
  });
  assert.match(JSON.stringify(permission), /^\[\{"id":"modelperm-[0-9a-f]{32}","object":"model_permission"/);
});

test("a chat completion has the wire format of vLLM", async () => {
  const { status, body } = await chat(hello);
  assert.equal(status, 200);
  assert.match(String(body["id"]), /^chatcmpl-[0-9a-f]{32}$/);
  assert.equal(body["object"], "chat.completion");
  assert.equal(body["model"], "mage-chat");
  const [choice] = body.choices;
  assert.equal(choice?.message.role, "assistant");
  assert.match(choice.message.content, /^You asked: "Where is the harbour\?"\./);
  assert.equal(choice.finish_reason, "stop");
  assert.equal(body.usage["prompt_tokens"], 5);
  const { prompt_tokens: prompt = 0, completion_tokens: completion = 0 } = body.usage;
  assert.equal(body.usage["total_tokens"], prompt + completion);
});

test("the same request gets the same answer, whatever the order of its keys", async () => {
  const first = await chat(hello);
  const second = await chat({
    messages: [{ content: "Where is the harbour?", role: "user" }],
    model: "mage-chat",
  });
  assert.deepEqual(second, first);
  const other = await chat({ ...hello, seed: 2 });
  assert.notEqual(other.body["id"], first.body["id"]);
});

test("a request without a model gets the first", async () => {
  const { body } = await chat({ messages: hello.messages });
  assert.equal(body["model"], "mage-chat");
});

test("content in parts counts by its text", async () => {
  const content = [{ type: "text", text: "Where is " }, { type: "image_url" }, { type: "text", text: "it?" }];
  const { body } = await chat({ messages: [{ role: "user", content }] });
  assert.match(body.choices[0]?.message.content ?? "", /^You asked: "Where is it\?"\./);
});

test("max_tokens cuts the answer, and max_completion_tokens is the newer name for it", async () => {
  for (const name of ["max_tokens", "max_completion_tokens"]) {
    const { body } = await chat({ ...hello, [name]: 4 });
    assert.equal(body.choices[0]?.message.content, 'You asked: "Wher');
    assert.equal(body.choices[0]?.finish_reason, "length");
    assert.equal(body.usage["completion_tokens"], 4);
  }
});

test("n gives as many choices", async () => {
  const { body } = await chat({ ...hello, n: 3 });
  assert.deepEqual(
    body.choices.map(({ index }) => index),
    [0, 1, 2],
  );
});

test("a stream is the role, then the tokens of the whole answer, then [DONE]", async () => {
  const { body: whole } = await chat(hello);
  const { response, frames } = await stream({ ...hello, stream: true });
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(frames.pop(), "[DONE]");
  const chunks = frames.map((frame) => JSON.parse(frame) as Chunk);
  assert.deepEqual(chunks[0]?.choices[0]?.delta, { role: "assistant", content: "" });
  const text = chunks.map((chunk) => chunk.choices[0]?.delta.content).join("");
  assert.equal(text, whole.choices[0]?.message.content);
  const heads = new Set(chunks.map(({ id, object }) => `${id} ${object}`));
  assert.deepEqual([...heads], [`${String(whole["id"])} chat.completion.chunk`]);
  const reasons = chunks.map((chunk) => chunk.choices[0]?.finish_reason);
  assert.deepEqual(
    reasons.filter((reason) => reason !== null),
    ["stop"],
  );
  assert.equal(reasons.at(-1), "stop");
  assert.ok(chunks.every((chunk) => !("usage" in chunk)));
});

test("include_usage adds a last chunk without choices", async () => {
  const { body: whole } = await chat({ ...hello, max_tokens: 2 });
  const options = { stream: true, stream_options: { include_usage: true } };
  const { frames } = await stream({ ...hello, max_tokens: 2, ...options });
  const [cut, last] = frames.slice(-3, -1).map((frame) => JSON.parse(frame) as Chunk);
  assert.deepEqual(last?.choices, []);
  const { prompt_tokens_details: _details, ...usage } = whole.usage;
  assert.deepEqual(last.usage, usage);
  assert.equal(cut?.choices[0]?.finish_reason, "length");
});

test("an unknown model is refused in vLLM's words", async () => {
  assert.deepEqual(await chat({ ...hello, model: "gpt-9" }), {
    status: 404,
    body: {
      error: {
        message: "The model `gpt-9` does not exist.",
        type: "NotFoundError",
        param: null,
        code: 404,
      },
    },
  });
});

const refused: [string, unknown, RegExp][] = [
  ["malformed JSON", '{"model": ', /JSON decode error/],
  ["a body that is no object", [], /valid dictionary/],
  ["no messages", { model: "mage-chat" }, /messages: Field required/],
  ["an empty list of messages", { messages: [] }, /messages/],
  ["a message without a role", { messages: [{ content: "x" }] }, /role/],
  ["a model that is no text", { ...hello, model: 7 }, /model: Input should be a valid string/],
  ["max_tokens of zero", { ...hello, max_tokens: 0 }, /^max_tokens must be at least 1, got 0\.$/],
  ["max_tokens that is no whole number", { ...hello, max_tokens: 1.5 }, /max_tokens: Input should be a valid integer/],
  ["n of zero", { ...hello, n: 0 }, /^n must be at least 1, got 0\.$/],
  ["a temperature below zero", { ...hello, temperature: -1 }, /^temperature must be non-negative, got -1\.$/],
  ["a top_p above one", { ...hello, top_p: 2 }, /^top_p must be in \(0, 1\], got 2\.$/],
  ["a stop that is no text", { ...hello, stop: 7 }, /stop/],
  ["top_logprobs without logprobs", { ...hello, top_logprobs: 2 }, /`logprobs` must be set to true/],
  ["a format nobody knows", { ...hello, response_format: { type: "xml" } }, /response_format/],
  ["tool_choice without tools", { ...hello, tool_choice: "auto" }, /When using `tool_choice`, `tools` must be set/],
  ["stream options without a stream", { ...hello, stream_options: { include_usage: true } }, /`stream=True`/],
  ["a prompt that is too long", { messages: [{ role: "user", content: "x ".repeat(9000) }] }, tooLong],
  ["more tokens than there is room for", { ...hello, max_tokens: 9000 }, /too large: 9000.*\(9000 > 8192 - 5\)\.$/],
];
for (const [title, request, message] of refused) {
  test(`${title}: 400`, async () => {
    const { status, body } = await chat(request);
    assert.equal(status, 400);
    assert.deepEqual(Object.keys(body.error), ["message", "type", "param", "code"]);
    assert.equal(body.error["code"], 400);
    assert.equal(body.error["param"], null);
    assert.match(String(body.error["type"]), /^(Bad Request|BadRequestError)$/);
    assert.match(String(body.error["message"]), message);
  });
}

test("a body that does not say it is JSON: 400", async () => {
  const response = await fetch(`${url}/v1/chat/completions`, { method: "POST", body: JSON.stringify(hello) });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /Only 'application\/json' is allowed/);
});

test("unknown paths are 404, known ones with another method 405", async () => {
  const unknown = await fetch(`${url}/v2/models`);
  assert.equal(unknown.status, 404);
  assert.match(await unknown.text(), /"type":"Not Found"/);
  const wrong = await fetch(`${url}/v1/chat/completions`);
  assert.equal(wrong.status, 405);
  assert.match(await wrong.text(), /"type":"Method Not Allowed"/);
});

test("the program serves MOCK_MODELS on PORT and leaves at once on SIGTERM", async (context) => {
  const file = new URL("../../dev/mock/main.ts", import.meta.url);
  const program = startProgram(context, file, { PORT: "0", MOCK_MODELS: "one, two" });
  const { port, models } = await program.logged("listening");
  assert.deepEqual(models, ["one", "two"]);
  assert.equal((await fetch(`http://127.0.0.1:${String(port)}/health`)).status, 200);
  const askedAtMs = performance.now();
  program.signal("SIGTERM");
  assert.equal(await program.exitCode, 0);
  assert.ok(performance.now() - askedAtMs < 1_000);
});

function post(body: unknown): Promise<Response> {
  return fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
}

async function chat(request: unknown) {
  const response = await post(request);
  return { status: response.status, body: (await response.json()) as Answer };
}

async function stream(request: unknown) {
  const response = await post(request);
  const frames = (await response.text()).split("\n\n").filter((frame) => frame !== "");
  return { response, frames: frames.map((frame) => frame.replace(/^data: /, "")) };
}
