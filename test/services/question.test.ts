import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, said } from "./client.ts";
import type { Client } from "./client.ts";
import { skipWithoutDocker } from "./docker.ts";
import { startMain, startPlatform } from "./platform.ts";
import { startPeerStub } from "./stubs.ts";

// One question's way through the services, as they run beside each other in the cluster.

describe("a question", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  const passages = [
    passage("beaches.txt", "The beach lies in the south."),
    passage("harbours.txt", "The harbour lies in the north. It is deep."),
  ];
  let chat: Client;
  let core: Client;
  let reports: Client;
  let conversationId: number;

  before(async () => {
    const { env, token, modelUrl } = await startPlatform(cleanup);
    const UPLOADS_DIR = await mkdtemp(join(tmpdir(), "uploads-"));
    cleanup.after(() => rm(UPLOADS_DIR, { recursive: true }));
    const EMBEDDING_URL = await startPeerStub(cleanup, ({ path }) => (path === "/search" ? { passages } : undefined));
    const { url: CORE_URL } = await startMain(cleanup, "core", env);
    const started = await Promise.all([
      startMain(cleanup, "chat", { ...env, CORE_URL, EMBEDDING_URL, VLLM_URL: modelUrl }),
      startMain(cleanup, "report-builder", { ...env, CORE_URL, UPLOADS_DIR }),
    ]);
    const ann = await token("ann");
    core = clientOf(CORE_URL, ann);
    [chat, reports] = started.map(({ url }) => clientOf(url, ann)) as [Client, Client];
  });

  test("finds every service ready", async () => {
    for (const client of [core, chat, reports]) {
      const { status, body } = await client.get("/health/ready");
      assert.equal(status, 200, JSON.stringify(body));
    }
  });

  test("is answered from the passage that bears on it, word by word", async () => {
    const events = await chat.events("/ask", { question: "Where does the harbour lie?" });
    const kinds = events.map(({ event }) => event);
    assert.deepEqual([kinds[0], kinds.at(-1)], ["passages", "done"]);
    assert.ok(kinds.filter((kind) => kind === "delta").length > 5);
    assert.deepEqual(events[0]?.data, { passages });
    assert.match(said(events), /harbour lies in the north\. \[2\]/);
    const { data } = events.at(-1) as any;
    assert.ok(data.usage.promptTokens > 0 && data.usage.completionTokens > 0, JSON.stringify(data));
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
    assert.match(page, /lies in the north\. <sup><a href="#note-2">2<\/a><\/sup>/);
    assert.match(
      page,
      /<li id="note-2"><cite>harbours\.txt<\/cite> The harbour lies in the north\. It is deep\.<\/li>/,
    );
  });
});

function passage(document: string, text: string) {
  return { documentId: crypto.randomUUID(), document, position: 0, text, score: 0.8 };
}
