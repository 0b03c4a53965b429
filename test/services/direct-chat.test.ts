import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import { before, describe, test } from "node:test";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, said, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { eventually } from "./docker.ts";
import { listen, startIssuer } from "./platform.ts";
import { bodyOf } from "./stubs.ts";

describe("direct-chat", () => {
  const cleanup = cleanupAtTheEnd();
  const messages = [{ role: "user", content: "Where is the harbour?" }];
  let ollama: OllamaStub;
  let desktop: OllamaStub;
  let chat: Client;
  let withoutDesktop: Client;

  before(async () => {
    [ollama, desktop] = [createOllama("cluster"), createOllama("desktop")];
    const { env, token } = await startIssuer(cleanup);
    const OLLAMA_URL = await listen(cleanup, ollama.server);
    const DESKTOP_MODELS_URL = await listen(cleanup, desktop.server);
    const shared = { PORT: "0", METRICS_PORT: "0", ...env, OLLAMA_URL };
    const started = await startNamed(cleanup, "direct-chat", { ...shared, DESKTOP_MODELS_URL });
    chat = clientOf(started.url, await token("ann"));
    withoutDesktop = clientOf((await startNamed(cleanup, "direct-chat", shared)).url, await token("ann"));
  });

  test("an answer is streamed, with what it took", async () => {
    const events = await chat.events("/chat", { messages });
    assert.deepEqual(events, [
      { event: "delta", data: { text: "from the " } },
      { event: "delta", data: { text: "cluster" } },
      { event: "done", data: { model: "mage-small", usage: { promptTokens: 5, completionTokens: 2 } } },
    ]);
    assert.deepEqual(ollama.requests.at(-1), { model: "mage-small", messages, stream: true });
  });

  test("the desktop's models are asked when they are wanted", async () => {
    assert.equal(said(await chat.events("/chat", { messages, server: "desktop" })), "from the desktop");
  });

  test("without a desktop: 503, and the service is ready all the same", async () => {
    const { status, body } = await withoutDesktop.post("/chat", { messages, server: "desktop" });
    assert.deepEqual([status, body.error.code], [503, "desktop_unavailable"]);
    const dependencies = ["auth", "ollama"].map((name) => ({ name, ready: true }));
    await eventually(async () => {
      assert.deepEqual((await withoutDesktop.get("/health/ready")).body, { ready: true, dependencies });
    });
  });

  test("a model that fails at once: 502; later: an event", async () => {
    const failed = await chat.post("/chat", { messages: [{ role: "user", content: "fail" }] });
    assert.deepEqual([failed.status, failed.body.error.code], [502, "model_failed"]);
    const events = await chat.events("/chat", { messages: [{ role: "user", content: "break" }] });
    const data = { code: "model_failed", message: "the model did not answer" };
    assert.deepEqual(events.at(-1), { event: "error", data });
  });

  for (const content of ["hang", "load"]) {
    test(`a client that leaves a model that does ${content} ends its work`, async () => {
      const leave = new AbortController();
      const { aborted, asked } = ollama.next();
      const events = chat.stream("/chat", { messages: [{ role: "user", content }] }, leave.signal);
      const first = events.next().catch(() => undefined);
      await asked;
      if (content === "hang") await first;
      leave.abort();
      await aborted;
    });
  }

  for (const body of [
    {},
    { messages: [] },
    { messages: [{ role: "robot", content: "?" }] },
    { messages, server: "x" },
  ]) {
    test(`POST /chat ${JSON.stringify(body).slice(0, 50)}: 400`, async () => {
      assert.equal((await chat.post("/chat", body)).status, 400);
    });
  }
});

type OllamaStub = ReturnType<typeof createOllama>;

// Does what the last message says: fail, break (off), hang (after a word), load (without a word); else answers.
function createOllama(name: string) {
  const requests: any[] = [];
  let aborted: () => void = () => undefined;
  let asked: () => void = () => undefined;
  const server = createServer((request, response) => {
    if (request.method === "GET") return void response.end('{"version":"0.0.0"}');
    response.once("close", () => response.writableFinished || aborted());
    void bodyOf(request).then((body: any) => {
      requests.push(body);
      asked();
      answer(response, body.messages.at(-1).content, name);
    });
  });
  const next = () => ({
    aborted: new Promise<void>((resolve) => (aborted = resolve)),
    asked: new Promise<void>((resolve) => (asked = resolve)),
  });
  return { server, requests, next };
}

function answer(response: ServerResponse, what: string, name: string): void {
  const part = (content: string, rest = {}) =>
    response.write(`${JSON.stringify({ message: { role: "assistant", content }, done: false, ...rest })}\n`);
  if (what === "load") return;
  if (what === "fail") return void response.writeHead(500).end('{"error":"no memory"}');
  part("from the ");
  if (what === "hang") return;
  if (what === "break") return void response.end();
  part(name);
  part("", { done: true, done_reason: "stop", prompt_eval_count: 5, eval_count: 2 });
  response.end();
}
