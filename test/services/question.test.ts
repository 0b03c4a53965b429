import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import type { Database } from "../../services/base/database.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, said, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";

// One question's way through the services, as they run beside each other in the cluster.

describe("a question", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  const beaches = "The beach lies in the south. It is sandy.";
  const harbours = "The harbour lies in the north. It is deep.";
  let passages: { readonly document: string; readonly text: string }[];
  let chat: Client;
  let core: Client;
  let reports: Client;
  let conversationId: number;

  before(async () => {
    const platform = await startPlatform(cleanup);
    const { env, modelUrl, database } = platform;
    const UPLOADS_DIR = await mkdtemp(join(tmpdir(), "uploads-"));
    cleanup.after(() => rm(UPLOADS_DIR, { recursive: true }));
    const [{ url: CORE_URL }, { url: EMBEDDING_URL }] = await Promise.all([
      startNamed(cleanup, "core", env),
      startNamed(cleanup, "embedding", { ...env, OLLAMA_URL: modelUrl }),
    ]);
    await store(database, EMBEDDING_URL, "ann", "beaches.txt", beaches);
    await store(database, EMBEDDING_URL, "ann", "harbours.txt", harbours);
    await store(database, EMBEDDING_URL, "bob", "secret.txt", "The harbour lies where nobody knows.");
    const started = await Promise.all([
      startNamed(cleanup, "chat", { ...env, CORE_URL, EMBEDDING_URL, VLLM_URL: modelUrl }),
      startNamed(cleanup, "report-builder", { ...env, CORE_URL, UPLOADS_DIR }),
    ]);
    const ann = await platform.token("ann");
    core = clientOf(CORE_URL, ann);
    [chat, reports] = started.map(({ url }) => clientOf(url, ann)) as [Client, Client];
  });

  test("finds every service ready", async () => {
    for (const client of [core, chat, reports]) {
      await eventually(async () => {
        const { status, body } = await client.get("/health/ready");
        assert.equal(status, 200, JSON.stringify(body));
      });
    }
  });

  test("is answered from the passage of one's own that bears on it, word by word", async () => {
    const events = await chat.events("/ask", { question: "Where does the harbour lie?" });
    const kinds = events.map(({ event }) => event);
    assert.deepEqual([kinds[0], kinds.at(-1)], ["passages", "done"]);
    assert.ok(kinds.filter((kind) => kind === "delta").length > 5);
    const { data } = events.at(-1) as any;
    passages = (events[0] as any).data.passages;
    assert.deepEqual(
      passages.map(({ document, text }) => [document, text]),
      [
        ["harbours.txt", harbours],
        ["beaches.txt", beaches],
      ],
    );
    assert.match(said(events), /harbour lies in the north\. \[1\]/);
    conversationId = data.conversationId;
  });

  test("is kept with its answer and the passages", async () => {
    const { body } = await core.get(`/conversations/${conversationId}`);
    assert.equal(body.title, "Where does the harbour lie?");
    assert.deepEqual(
      body.messages.map(({ role, passages: kept }: any) => [role, kept]),
      [
        ["user", null],
        ["assistant", passages],
      ],
    );
  });

  test("ends in a report, where the answer's mark leads to its passage", async () => {
    const { id } = (await reports.post("/reports", { conversationId })).body;
    const { body: page } = await reports.get(`/reports/${id}`);
    assert.match(page, /lies in the north\. <a href="#note-1-1">\[1\]<\/a>/);
    const passage = "<cite>harbours.txt</cite> The harbour lies in the north. It is deep.";
    assert.ok(page.includes(`<li id="note-1-1">${passage}</li>`), page);
  });
});

// As upload and extraction do.
async function store(database: Database, embeddingUrl: string, owner: string, name: string, text: string) {
  const id = crypto.randomUUID();
  const insert =
    "insert into documents (id, owner, name, media_type, size_bytes, sha256, text) values ($1, $2, $3, $4, $5, $6, $7)";
  await database.query(insert, [id, owner, name, "text/plain", text.length, "", text]);
  const body = JSON.stringify({ text });
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${embeddingUrl}/documents/${id}/passages`, { method: "PUT", headers, body });
  assert.equal(response.status, 200, await response.text());
}
