import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { applyMigrations } from "../../services/init-data/migrations.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { docker, eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import type { Program } from "./program.ts";

describe("core with a real PostgreSQL", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let platform: Platform;
  let core: { program: Program; url: string };
  let ann: Client;
  let bob: Client;

  before(async () => {
    platform = await startPlatform(cleanup, { migrated: false });
    core = await startNamed(cleanup, "core", platform.env);
    ann = clientOf(core.url, await platform.token("ann"));
    bob = clientOf(core.url, await platform.token("bob"));
  });

  test("before the schema is there, core is not ready and says why; after it, it is", async () => {
    const ready = ["auth", "database"].map((name) => ({ name, ready: true }));
    const schema = { name: "schema", ready: false, reason: 'relation "schema_migrations" does not exist' };
    await eventually(async () => {
      const { status, body } = await ann.get("/health/ready");
      assert.deepEqual([status, body], [503, { ready: false, dependencies: [...ready, schema] }]);
    });
    await applyMigrations(platform.database);
    await eventually(async () => assert.equal((await ann.get("/health/ready")).status, 200));
  });

  test("a conversation takes its title from the first question, and keeps what is said in order", async () => {
    const created = await ann.post("/conversations", {});
    const { id } = created.body;
    assert.deepEqual([created.status, created.headers.get("location")], [201, `/conversations/${id}`]);
    assert.equal(created.body.title, "");
    assert.ok(Math.abs(Date.parse(created.body.createdAt) - Date.now()) < 60_000);
    const path = `/conversations/${id}/messages`;
    const question = await ann.post(path, { role: "user", content: "Where is\nthe harbour?" });
    const answer = await ann.post(path, { role: "assistant", content: "In the north. [1]", passages: [passage] });
    await ann.post(path, { role: "user", content: "And the beach?" });
    assert.deepEqual([question.status, question.body.passages, answer.body.passages], [201, null, [passage]]);
    const { body } = await ann.get(`/conversations/${id}`);
    assert.equal(body.title, "Where is the harbour?");
    assert.deepEqual(body.messages.slice(0, 2), [question.body, answer.body]);
    assert.deepEqual(
      (await ann.get(`/conversations/${id}?limit=2`)).body.messages.map(({ content }: any) => content),
      ["In the north. [1]", "And the beach?"],
    );
  });

  test("a title is at most 80 characters of the question, without the space around it", async () => {
    const { id } = (await ann.post("/conversations", {})).body;
    await ann.post(`/conversations/${id}/messages`, { role: "assistant", content: "Ask me." });
    assert.equal((await ann.get(`/conversations/${id}`)).body.title, "");
    await ann.post(`/conversations/${id}/messages`, { role: "user", content: `  Where is\n ${"😀".repeat(90)}` });
    assert.equal((await ann.get(`/conversations/${id}`)).body.title, `Where is ${"😀".repeat(71)}`);
  });

  test("a given title stays", async () => {
    const { id } = (await ann.post("/conversations", { title: "Ports" })).body;
    await ann.post(`/conversations/${id}/messages`, { role: "user", content: "Where?" });
    assert.equal((await ann.get(`/conversations/${id}`)).body.title, "Ports");
  });

  test("conversations are listed newest first, up to the limit", async () => {
    for (const title of ["one", "two", "three"]) await ann.post("/conversations", { title });
    const { conversations } = (await ann.get("/conversations?limit=2")).body;
    assert.deepEqual(
      conversations.map(({ title }: any) => title),
      ["three", "two"],
    );
  });

  test("another's conversation is as one that does not exist", async () => {
    const { id } = (await ann.post("/conversations", { title: "mine" })).body;
    const message = { role: "user", content: "Hello?" };
    const answers = [await bob.get(`/conversations/${id}`), await bob.post(`/conversations/${id}/messages`, message)];
    for (const { status, body } of answers) {
      const error = { code: "not_found", message: `you have no conversation ${id}` };
      assert.deepEqual([status, body], [404, { error }]);
    }
    assert.deepEqual((await ann.get(`/conversations/${id}`)).body.messages, []);
    assert.deepEqual((await bob.get("/conversations")).body, { conversations: [] });
  });

  test("without a token, or with a wrong one: 401", async () => {
    for (const token of [undefined, "no.such.token"]) {
      const { status, headers, body } = await clientOf(core.url, token).get("/conversations");
      assert.deepEqual([status, headers.get("www-authenticate"), body.error.code], [401, "Bearer", "unauthorized"]);
    }
  });

  for (const path of ["?limit=0", "?limit=101", "?limit=ten", "/0", "/99999999999999999999", "/1;drop"]) {
    test(`GET /conversations${path}: 400`, async () => {
      const { status, body } = await ann.get(`/conversations${path}`);
      assert.deepEqual([status, body.error.code], [400, "invalid_request"]);
    });
  }

  for (const content of [undefined, 7, "", " \n", "x".repeat(100_001), "a\0b", "\ud800"]) {
    test(`a message of ${JSON.stringify(content)?.slice(0, 12) ?? "nothing"}: 400`, async () => {
      const { status, body } = await ann.post("/conversations/1/messages", { role: "user", content });
      assert.deepEqual([status, body.error.code], [400, "invalid_request"]);
    });
  }

  test("core lives through a database that hangs and one that restarts, and is ready again", async () => {
    await docker("pause", platform.containers.database);
    const paused = await ann.get("/health/ready");
    await docker("unpause", platform.containers.database);
    assert.equal(paused.status, 503);
    const reason = { name: "database", ready: false, reason: "no answer within 800 ms" };
    assert.deepEqual(paused.body.dependencies[1], reason);
    await docker("restart", "-t", "5", platform.containers.database);
    assert.equal((await ann.get("/health/live")).status, 200);
    await eventually(async () => assert.equal((await ann.get("/health/ready")).status, 200));
    assert.equal((await ann.post("/conversations", { title: "Still there?" })).status, 201);
  });

  test("with a wrong password it is not ready, and says so", async (context) => {
    const PGPASSWORD_FILE = await platform.secretFile("wrong", "wrong");
    const { url } = await startNamed(context, "core", { ...platform.env, PGPASSWORD_FILE });
    await eventually(async () => {
      const { body } = await clientOf(url).get("/health/ready");
      assert.match(body.dependencies[1].reason, /password authentication failed/);
    });
  });

  test("stopped, it ends with 0", async () => {
    core.program.signal("SIGTERM");
    assert.equal(await core.program.exitCode, 0);
    assert.equal(core.program.lines.at(-1)?.["message"], "stopped");
  });
});

const passage = {
  documentId: "00000000-0000-4000-8000-000000000001",
  document: "harbours.txt",
  position: 0,
  text: "The harbour lies in the north.",
  score: 0.9,
};
