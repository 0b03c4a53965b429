import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { Database } from "../../services/base/database.ts";
import { findPassages } from "../../services/embedding/passages.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { startNamed } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startEmbedderStub } from "./embedder-stub.ts";
import type { EmbedderStub } from "./embedder-stub.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";

interface Found {
  readonly documentId: string;
  readonly document: string;
  readonly position: number;
  readonly text: string;
  readonly score: number;
}

describe("embedding with a real PostgreSQL", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let platform: Platform;
  let ollama: EmbedderStub;
  let url: string;

  before(async () => {
    platform = await startPlatform(cleanup);
    ollama = await startEmbedderStub(cleanup);
    ({ url } = await startNamed(cleanup, "embedding", { ...platform.env, OLLAMA_URL: ollama.url }));
  });

  test("is ready when Ollama has its model", async () => {
    await eventually(async () => assert.equal((await fetch(`${url}/health/ready`)).status, 200));
    ollama.models = ["llama3:latest"];
    const ready = await fetch(`${url}/health/ready`);
    ollama.models = ["nomic-embed-text:latest"];
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /"reason":"ollama has no model nomic-embed-text"/);
  });

  test("passages are found by what they say, by their owner, best first", async () => {
    const harbour = await addDocument("ada", "harbour.txt");
    const recipe = await addDocument("ada", "recipe.txt");
    await addDocument("bob", "secret.txt", "the harbour is closed on sundays");
    assert.deepEqual(await put(harbour, "the harbour opens at six"), [200, { passages: 1 }]);
    assert.deepEqual(await put(recipe, "boil two eggs"), [200, { passages: 1 }]);
    const { score, ...first } = (await search("when does the harbour open", "ada"))[0] ?? { score: 0 };
    const expected = { documentId: harbour, document: "harbour.txt", position: 0, text: "the harbour opens at six" };
    assert.deepEqual(first, expected);
    assert.ok(score > 0.4 && score < 0.8, String(score));
    assert.deepEqual(await namesOf("harbour", "ada"), ["harbour.txt", "recipe.txt"]);
    assert.deepEqual(await namesOf("harbour", "bob"), ["secret.txt"]);
    assert.deepEqual(await namesOf("harbour", "eve"), []);
  });

  test("what belongs to everyone is found by everyone", async () => {
    const id = await addDocument("everyone", "about.md", "a lighthouse for all");
    assert.deepEqual(await namesOf("lighthouse", "eve"), ["about.md"]);
    await platform.database.query("delete from documents where id = $1", [id]);
    assert.deepEqual(await namesOf("lighthouse", "eve"), []);
  });

  test("the model is told what a text is for, in batches of 32", async () => {
    ollama.inputs.length = 0;
    const long = await addDocument("carl", "long.txt");
    const sentence = `${"A sentence that goes on. ".repeat(4)}\n\n`;
    const [, { passages }] = (await put(long, sentence.repeat(500))) as [number, { passages: number }];
    assert.ok(passages > 40 && passages < 70, String(passages));
    assert.deepEqual(
      ollama.inputs.map(({ length }) => length),
      [32, passages - 32],
    );
    assert.ok(ollama.inputs.flat().every((input) => input.startsWith("search_document: ")));
    await search("a question", "carl");
    assert.deepEqual(ollama.inputs.at(-1), ["search_query: a question"]);
    assert.equal((await search("sentence", "carl", 50)).length, 50);
    assert.equal((await search("sentence", "carl")).length, 5);
  });

  test("new passages take the place of the old, also when two come at once", async () => {
    const id = await addDocument("dora", "changing.txt", "first words\n\n".repeat(300));
    const texts = ["second words", "third words"];
    assert.deepEqual(await Promise.all(texts.map((text) => put(id, text))), [
      [200, { passages: 1 }],
      [200, { passages: 1 }],
    ]);
    const [found, ...more] = await search("words", "dora", 50);
    assert.deepEqual(more, []);
    assert.ok(texts.includes(found?.text ?? ""));
  });

  test("many passages of others do not hide one's own", async () => {
    const [crowd, mine] = [await addDocument("crowd", "crowd.txt"), await addDocument("fay", "mine.txt")];
    const random = "(select array_agg(random() * $3) from generate_series(1, 768) where n = n)::vector";
    const sql = `insert into passages select $1, n, 'x', ${random} from generate_series(1, $2::integer) n`;
    await platform.database.query(sql, [crowd, 120, 1]);
    await platform.database.query(sql, [mine, 1, -1]);
    // As the planner does when there are many more: the index first, the owner after it.
    const { database } = platform;
    const byIndex: Database["transaction"] = (work) =>
      database.transaction(async (query) => {
        for (const way of ["sort", "seqscan"]) await query(`set local enable_${way} = off`);
        return work(query);
      });
    const query = JSON.stringify(Array.from({ length: 768 }, (_, index) => 1 + (index % 7)));
    const found = await findPassages({ ...database, transaction: byIndex }, query, "fay", 1);
    assert.deepEqual(
      found.map((passage) => passage["documentId"]),
      [mine],
    );
  });

  const unknown = "00000000-0000-4000-8000-000000000000";
  const refused: [string, string, unknown, number][] = [
    ["PUT", `/documents/${unknown}/passages`, { text: "x" }, 404],
    ["PUT", "/documents/1/passages", { text: "x" }, 400],
    ["PUT", `/documents/${unknown}/passages`, { text: "a\0b" }, 400],
    ["PUT", `/documents/${unknown}/passages`, { text: "x".repeat(2_000_001) }, 400],
    ["PUT", `/documents/${unknown}/passages`, {}, 400],
    ["POST", "/search", { query: "x" }, 400],
    ["POST", "/search", { query: "x", owner: "ada", limit: 51 }, 400],
    ["POST", "/search", { query: " ", owner: "ada" }, 400],
  ];
  for (const [method, path, body, status] of refused) {
    test(`${method} ${path} ${JSON.stringify(body).slice(0, 40)}: ${status}`, async () => {
      assert.equal((await send(method, path, body))[0], status);
    });
  }

  const failures: [string, () => void, number, string][] = [
    ["answers 500", () => (ollama.status = 500), 502, "model_failed"],
    ["gives vectors of another size", () => (ollama.dimensions = 384), 500, "internal"],
  ];
  for (const [what, fail, status, code] of failures) {
    test(`when Ollama ${what}: ${status}, and the old passages stay`, async () => {
      const id = await addDocument("gil", `${code}.txt`, `stays ${code}`);
      fail();
      const [actual, body] = await put(id, "is lost");
      ollama.status = 200;
      ollama.dimensions = 768;
      assert.deepEqual([actual, (body as { error: { code: string } }).error.code], [status, code]);
      assert.equal((await search(`stays ${code}`, "gil", 1))[0]?.text, `stays ${code}`);
    });
  }

  test("a client that leaves takes its call to the model along", async () => {
    const id = await addDocument("hal", "left.txt");
    ollama.status = "hang";
    ollama.abandoned = 0;
    const body = JSON.stringify({ text: "never mind" });
    const headers = { "content-type": "application/json" };
    const signal = AbortSignal.timeout(300);
    await assert.rejects(fetch(`${url}/documents/${id}/passages`, { method: "PUT", headers, body, signal }));
    await eventually(async () => assert.equal(ollama.abandoned, 1), 5_000);
    ollama.status = 200;
  });

  async function addDocument(owner: string, name: string, text?: string): Promise<string> {
    const sql = `insert into documents (id, owner, name, media_type, size_bytes, sha256)
      values (gen_random_uuid(), $1, $2, 'text/plain', 1, '') returning id`;
    const [row] = await platform.database.query<{ id: string }>(sql, [owner, name]);
    assert.ok(row);
    if (text !== undefined) assert.equal((await put(row.id, text))[0], 200);
    return row.id;
  }

  function put(id: string, text: string) {
    return send("PUT", `/documents/${id}/passages`, { text });
  }

  async function namesOf(query: string, owner: string): Promise<string[]> {
    return (await search(query, owner)).map(({ document }) => document);
  }

  async function search(query: string, owner: string, limit?: number, at = url): Promise<Found[]> {
    const [, body] = await send("POST", "/search", { query, owner, ...(limit !== undefined && { limit }) }, at);
    return (body as { passages: Found[] }).passages;
  }

  async function send(method: string, path: string, body: unknown, at = url): Promise<[number, unknown]> {
    const headers = { "content-type": "application/json" };
    const response = await fetch(at + path, { method, headers, body: JSON.stringify(body) });
    return [response.status, await response.json()];
  }
});
