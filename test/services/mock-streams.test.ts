import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent, request } from "node:http";
import { eventually } from "./docker.ts";
import { post, startMock } from "./mock-server.ts";
import { startProgram } from "./program.ts";

const main = new URL("../../dev/mock/main.ts", import.meta.url);

test("200 streams at once lose no frame and mix none up", async (context) => {
  // In a process of its own, so that both ends are not one event loop.
  const program = startProgram(context, main, { PORT: "0", MOCK_TOKENS_PER_SECOND: "200" });
  const { port } = await program.logged("listening");
  const url = `http://127.0.0.1:${String(port)}/v1/chat/completions`;
  const messages = (index: number) => [{ role: "user", content: `Where is harbour number ${index}?` }];
  const texts = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const response = await post(url, {
        messages: messages(index),
        stream: true,
        stream_options: { include_usage: true },
      });
      const frames = (await response.text()).split("\n\n");
      assert.deepEqual(frames.slice(-2), ["data: [DONE]", ""]);
      const chunks = frames.slice(0, -2).map((frame) => JSON.parse(frame.replace(/^data: /, "")) as Chunk);
      assert.equal(chunks.length, (chunks.at(-1)?.usage?.completion_tokens ?? 0) + 2);
      return chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    }),
  );
  for (const [index, text] of texts.entries()) {
    assert.ok(text.startsWith(`You asked: "Where is harbour number ${index}?"`), text);
  }
  const whole = (await (await post(url, { messages: messages(7) })).json()) as {
    choices: { message: { content: string } }[];
  };
  assert.equal(whole.choices[0]?.message.content, texts[7]);
});

interface Chunk {
  readonly choices: { delta: { content: string } }[];
  readonly usage?: { completion_tokens: number };
}

test("a client that reads slowly is waited for, and one that goes is forgotten", async (context) => {
  const answer = "word ".repeat(60_000);
  const url = await startMock(
    { after: (action) => context.after(action) },
    { maxModelLen: 1_000_000, rules: [{ when: {}, answer }] },
  );
  const body = JSON.stringify({ messages: [{ role: "user", content: "x" }], stream: true });
  const headers = { "content-type": "application/json" };
  const agent = new Agent();
  context.after(() => agent.destroy());
  const open = () =>
    new Promise<import("node:http").IncomingMessage>((resolve, reject) => {
      request(`${url}/v1/chat/completions`, { method: "POST", agent, headers }, resolve).on("error", reject).end(body);
    });
  const slow = await open();
  const running = async () =>
    /num_requests_running\{.*\} (\d+)/.exec(await (await fetch(`${url}/metrics`)).text())?.[1];
  assert.equal(await running(), "1");
  let text = "";
  slow.setEncoding("utf8");
  for await (const piece of slow as AsyncIterable<string>) text += piece;
  assert.ok(text.endsWith("data: [DONE]\n\n"));
  assert.equal(text.match(/"content":"word/g)?.length, 1);
  assert.equal(text.match(/"content":" word/g)?.length, 59_999);
  const gone = await open();
  gone.destroy();
  await eventually(async () => assert.equal(await running(), "0"));
});

test("what vLLM counts is counted, under its names", async (context) => {
  const url = await startMock({ after: (action) => context.after(action) });
  await post(`${url}/v1/chat/completions`, { messages: [{ role: "user", content: "a b c" }], max_tokens: 2, n: 2 });
  await post(`${url}/v1/completions`, { prompt: "a b", max_tokens: 500 });
  const response = await fetch(`${url}/metrics`);
  assert.equal(response.headers.get("content-type"), "text/plain; version=0.0.4; charset=utf-8");
  const text = await response.text();
  const label = 'engine="0",model_name="mage-chat"';
  for (const line of [
    "# TYPE vllm:num_requests_running gauge",
    `vllm:prompt_tokens_total{${label}} 5`,
    `vllm:request_success_total{finished_reason="stop",${label}} 1`,
    `vllm:request_success_total{finished_reason="length",${label}} 2`,
    "# TYPE vllm:e2e_request_latency_seconds histogram",
    `vllm:e2e_request_latency_seconds_count{${label}} 2`,
    `vllm:request_prompt_tokens_bucket{le="2",${label}} 1`,
    `vllm:request_prompt_tokens_bucket{le="5",${label}} 2`,
    `vllm:request_prompt_tokens_bucket{le="+Inf",${label}} 2`,
    `vllm:request_prompt_tokens_sum{${label}} 5`,
    `vllm:request_params_n_bucket{le="1",${label}} 1`,
  ]) {
    assert.ok(text.split("\n").includes(line), `${line} is not in\n${text}`);
  }
  assert.match(text, /\n$/);
});
