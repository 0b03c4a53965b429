import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Dependency } from "../../services/base/dependencies.ts";
import { wholeNumberFrom } from "../../services/base/environment.ts";
import { HttpError, reasonOf } from "../../services/base/errors.ts";
import { createLogger } from "../../services/base/logger.ts";
import { readSecret } from "../../services/base/secrets.ts";
import { startService, Type } from "../../services/base/service.ts";
import type { App } from "../../services/base/service.ts";

const logger = createLogger("test", { LOG_LEVEL: "silent" });

function routes(app: App): void {
  app.get("/things/:id", async ({ params }) => params);
  app.post(
    "/things",
    { schema: { body: Type.Object({ size: Type.Optional(Type.Integer()) }) } },
    async (request, reply) => reply.status(201).send(request.body),
  );
  app.delete("/things/:id", async (_request, reply) => reply.status(204).send());
  app.get("/search", async ({ query }) => query);
  app.get("/refused", () => Promise.reject(new HttpError(409, "taken", "already there")));
  app.get("/broken", () => Promise.reject(new Error("the inside of the service")));
  app.get("/unsendable", async () => ({ n: 1n }));
}

test("routes match by segments, and HEAD as GET", async (context) => {
  const { url } = await start(context);
  assert.deepEqual(await (await fetch(`${url}/things/a%2Fb`)).json(), { id: "a/b" });
  assert.deepEqual(await (await fetch(`${url}/search?q=1&q=a%20b?`)).json(), { q: ["1", "a b?"] });
  assert.equal((await fetch(`${url}/things/1`, { method: "DELETE" })).status, 204);
  const head = await fetch(`${url}/things/1`, { method: "HEAD" });
  assert.equal(head.status, 200);
  assert.equal(await head.text(), "");
});

const errors: [string, RequestInit, number, string][] = [
  ["/nothing", {}, 404, "not_found"],
  ["/things/1/more", {}, 404, "not_found"],
  ["/things/%zz", {}, 400, "invalid_path"],
  ["/things", {}, 404, "not_found"],
  ["/things", json('{"size":"large"}'), 400, "invalid_request"],
  ["/refused", {}, 409, "taken"],
  ["/broken", {}, 500, "internal"],
  ["/things", json("{"), 400, "invalid_json"],
  ["/things", json(""), 400, "invalid_json"],
  ["/things", { method: "POST", body: "x" }, 415, "unsupported_media_type"],
  ["/things", json(JSON.stringify("x".repeat(1_100_000))), 413, "body_too_large"],
];
for (const [path, init, status, code] of errors) {
  test(`${init.method ?? "GET"} ${path}: ${status} ${code}`, async (context) => {
    const { url } = await start(context);
    const response = await fetch(url + path, init);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    assert.equal(response.status, status);
    assert.equal(error.code, code);
    assert.doesNotMatch(error.message, /inside of the service/);
  });
}

test("an answer that cannot be sent is a 500, and the service goes on", async (context) => {
  const { url } = await start(context);
  assert.equal((await fetch(`${url}/unsendable`)).status, 500);
  assert.equal((await fetch(`${url}/health/live`)).status, 200);
});

test("ready says which dependency fails and why; live does not care", async (context) => {
  const up: Dependency = { name: "cache", check: async () => undefined };
  const cause = new Error("connect ECONNREFUSED 10.0.0.1:5432");
  const down: Dependency = {
    name: "database",
    check: () => Promise.reject(new Error("no connection", { cause })),
  };
  const silent: Dependency = { name: "model", check: () => new Promise(() => undefined) };
  const { url } = await start(context, [up, down, silent]);
  const ready = await fetch(`${url}/health/ready`);
  assert.equal(ready.status, 503);
  assert.deepEqual(await ready.json(), {
    ready: false,
    dependencies: [
      { name: "cache", ready: true },
      {
        name: "database",
        ready: false,
        reason: "no connection: connect ECONNREFUSED 10.0.0.1:5432",
      },
      { name: "model", ready: false, reason: "no answer within 800 ms" },
    ],
  });
  assert.equal((await fetch(`${url}/health/live`)).status, 200);
});

test("ready is 200 when every dependency answers", async (context) => {
  const { url } = await start(context, [{ name: "cache", check: async () => undefined }]);
  const ready = await fetch(`${url}/health/ready`);
  assert.equal(ready.status, 200);
  assert.deepEqual(await ready.json(), {
    ready: true,
    dependencies: [{ name: "cache", ready: true }],
  });
});

test("metrics are on a port of their own, by method, route and status", async (context) => {
  const { url, metricsUrl } = await start(context);
  await fetch(`${url}/things/1`);
  await fetch(`${url}/things/2`);
  await fetch(`${url}/nothing/at/all`);
  const response = await fetch(`${metricsUrl}/metrics`);
  const text = await response.text();
  assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/);
  assert.match(text, /^http_requests_total\{method="GET",route="\/things\/:id",status="200"\} 2$/m);
  assert.match(text, /^http_requests_total\{method="GET",route="unmatched",status="404"\} 1$/m);
  assert.match(text, /^http_request_duration_seconds_count\{method="GET",route="\/things\/:id",status="200"\} 2$/m);
  assert.match(text, /^process_resident_memory_bytes \d+/m);
  assert.equal((await fetch(`${url}/metrics`)).status, 404);
  assert.equal((await fetch(`${metricsUrl}/things/1`)).status, 404);
});

test("secrets come from the file, are read anew, and are never ambiguous", async (context) => {
  const folder = await mkdtemp(join(tmpdir(), "secrets-"));
  context.after(() => rm(folder, { recursive: true }));
  const path = join(folder, "password");
  const env = { PGPASSWORD_FILE: path };
  await writeFile(path, " first \n");
  assert.equal(readSecret(env, "PGPASSWORD"), " first ");
  await writeFile(path, "second");
  assert.equal(readSecret(env, "PGPASSWORD"), "second");
  assert.equal(readSecret({ PGPASSWORD: "plain" }, "PGPASSWORD"), "plain");
  assert.throws(() => readSecret({ ...env, PGPASSWORD: "plain" }, "PGPASSWORD"), /both set/);
  assert.throws(() => readSecret({}, "PGPASSWORD"), /neither PGPASSWORD_FILE nor PGPASSWORD is set/);
  assert.throws(() => readSecret({ PGPASSWORD_FILE: `${path}-gone` }, "PGPASSWORD"), /PGPASSWORD_FILE cannot be read/);
});

test("whole numbers have a fallback and no surprises", () => {
  assert.equal(wholeNumberFrom({}, "N", 7), 7);
  assert.equal(wholeNumberFrom({ N: "" }, "N", 7), 7);
  assert.equal(wholeNumberFrom({ N: "0" }, "N", 7), 0);
  for (const value of ["-1", "1.5", "0x10", "1e3", " 1"])
    assert.throws(() => wholeNumberFrom({ N: value }, "N", 7), /^Error: N /);
});

test("a reason goes down to the root", () => {
  const refused = new AggregateError([new Error("connect ECONNREFUSED ::1:1"), new Error("other")], "");
  assert.equal(reasonOf(new TypeError("fetch failed", { cause: refused })), "fetch failed: connect ECONNREFUSED ::1:1");
  assert.equal(reasonOf("plain"), "plain");
});

async function start(context: TestContext, dependencies: Dependency[] = []) {
  const service = await startService({ logger, routes, dependencies, port: 0, metricsPort: 0 });
  context.after(() => service.stop());
  const { port, metricsPort } = service;
  return { port, url: `http://127.0.0.1:${port}`, metricsUrl: `http://127.0.0.1:${metricsPort}` };
}

function json(body: string): RequestInit {
  return { method: "POST", headers: { "content-type": "application/json; charset=utf-8" }, body };
}
