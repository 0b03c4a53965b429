import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { HttpError } from "../../services/base/errors.ts";
import { sendEvents } from "../../services/base/events.ts";
import type { SentEvent } from "../../services/base/events.ts";
import { createLogger } from "../../services/base/logger.ts";
import { startService } from "../../services/base/service.ts";

const logger = createLogger("test", { LOG_LEVEL: "silent" });

test("events are sent one by one, and end", async (context) => {
  const { response } = await ask(context, async function* () {
    yield { event: "delta", data: { text: "two\nlines" } };
    yield { event: "done", data: {} };
  });
  assert.equal(response.headers.get("content-type"), "text/event-stream; charset=utf-8");
  assert.equal(await response.text(), 'event: delta\ndata: {"text":"two\\nlines"}\n\nevent: done\ndata: {}\n\n');
});

test("what fails before the first event is an ordinary answer", async (context) => {
  const { response } = await ask(context, async function* () {
    await Promise.reject(new HttpError(409, "busy", "one at a time"));
    yield { event: "delta", data: {} };
  });
  assert.equal(response.status, 409);
  assert.deepEqual(await response.json(), { error: { code: "busy", message: "one at a time" } });
});

test("what fails after it is an event", async (context) => {
  const { response } = await ask(context, async function* () {
    yield { event: "delta", data: {} };
    throw new HttpError(502, "model_failed", "the model did not answer");
  });
  const text = 'event: error\ndata: {"code":"model_failed","message":"the model did not answer"}\n\n';
  assert.equal(await response.text(), `event: delta\ndata: {}\n\n${text}`);
});

test("a client that leaves aborts what the generator waits for, and its `finally` runs", async (context) => {
  let ended: () => void = () => undefined;
  const end = new Promise<void>((resolve) => (ended = resolve));
  const { response, leave } = await ask(context, async function* (left) {
    try {
      yield { event: "delta", data: {} };
      await once(left, "abort");
    } finally {
      ended();
    }
  });
  await response.body?.getReader().read();
  leave();
  await end;
});

async function ask(context: TestContext, events: (left: AbortSignal) => AsyncGenerator<SentEvent>) {
  const service = await startService({
    logger,
    dependencies: [],
    port: 0,
    metricsPort: 0,
    routes: (app) => {
      app.get("/", (_request, reply) => sendEvents(reply, events));
    },
  });
  context.after(() => service.stop());
  const client = new AbortController();
  const response = await fetch(`http://127.0.0.1:${service.port}/`, { signal: client.signal });
  return { response, leave: () => client.abort() };
}
