import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { startNamed } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import type { Program } from "./program.ts";
import { recordingOf } from "../support/recording.ts";
import { pdf, startTranscriberStub } from "./recordings.ts";
import type { TranscriberStub } from "./recordings.ts";

// A document's whole way: upload → queue → extraction → embedding → search, with the services as programs.

describe("documents on their way", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let platform: Platform;
  let transcriber: TranscriberStub;
  let folder: string;
  let env: Record<string, string>;
  let urls: { upload: string; embedding: string; extraction: string };
  let extraction: Program;

  before(async () => {
    platform = await startPlatform(cleanup);
    transcriber = await startTranscriberStub(cleanup);
    folder = await mkdtemp(join(tmpdir(), "uploads-"));
    cleanup.after(() => rm(folder, { recursive: true }));
    const embedding = await startNamed(cleanup, "embedding", { ...platform.env, OLLAMA_URL: platform.modelUrl });
    env = {
      ...platform.env,
      UPLOADS_DIR: folder,
      EMBEDDING_URL: embedding.url,
      TRANSCRIPTION_URL: platform.modelUrl,
      CLAIM_AFTER_MS: "1500",
      FINISH_TIMEOUT_MS: "500",
    };
    const [upload, extracting] = await Promise.all([startNamed(cleanup, "upload", env), startExtraction()]);
    urls = { upload: upload.url, embedding: embedding.url, extraction: extracting.url };
    extraction = extracting.program;
  });

  const html =
    "<html><head><title>t</title><style>x{}</style></head><body><h1>Tide</h1><p>It <a href='/x'>rises</a> at noon.</p>";
  const kinds: [string, string | Buffer, RegExp][] = [
    ["harbour.txt", "The harbour opens at six.", /^The harbour opens at six\.$/],
    ["crane.md", "# Cranes\n\nThe *crane* lifts ten tonnes.", /^# Cranes\n\nThe \*crane\* lifts ten tonnes\.$/],
    ["tide.html", html, /^Tide\n\nIt rises at noon\.$/],
    ["pilot.pdf", pdf(["The pilot boards", "outside the breakwater"]), /^The pilot boards\noutside the breakwater$/],
    ["western.txt", Buffer.from("Gr\xfc\xdfe", "latin1"), /^Grüße$/],
    ["wide.txt", Buffer.from("\ufeffwide letters", "utf16le"), /^wide letters$/],
    ["log.wav", recordingOf(1), /\S/],
  ];
  for (const [name, content, expected] of kinds) {
    test(`${name} becomes text, and is found`, async () => {
      const user = `reader-of-${name}`;
      const id = await upload(name, content, user);
      await becomes(id, "ready");
      const row = await rowOf(id);
      assert.match(row.text ?? "", expected);
      assert.deepEqual(await jobsOf(id), [{ state: "done", error: null }]);
      const [found] = await search(row.text ?? "", user);
      assert.deepEqual([found?.documentId, found?.document, found?.position], [id, name, 0]);
      assert.equal(found?.text, row.text);
      assert.deepEqual(await search(row.text ?? "", "somebody-else"), []);
    });
  }

  const hopeless: [string, string | Buffer, RegExp][] = [
    ["blank.txt", "  \n ", /^there is no text in it/],
    ["torn.pdf", "%PDF-1.4 and then nothing", /^the PDF is damaged, or protected with a password$/],
    ["empty.pdf", pdf([]), /^there is no text in it; pages that are only pictures have none$/],
    ["huge.txt", "long ".repeat(400_001), /^its text is longer than 2,000,000 characters; send it in parts$/],
    ["huge.md", "long ".repeat(1_800_000), /^the file is larger than the 8 MiB that are read of its kind$/],
  ];
  for (const [name, content, reason] of hopeless) {
    test(`${name} fails at once, and says why`, async () => {
      const id = await upload(name, content, "ada");
      await becomes(id, "failed");
      assert.match((await rowOf(id)).error ?? "", reason);
      const jobs = await jobsOf(id);
      assert.equal(jobs.length, 1);
      assert.equal(jobs[0]?.state, "failed");
    });
  }

  test("a document whose file is gone fails, and is tried again when asked", async () => {
    const id = await insert("lost.txt", "text/plain");
    await becomes(id, "failed");
    assert.equal((await rowOf(id)).error, "its file is gone");
    await writeFile(join(folder, id), "found again");
    const again = await fetch(`${urls.extraction}/documents/${id}`, { method: "POST" });
    assert.deepEqual([again.status, await again.json()], [202, { id, status: "received" }]);
    await becomes(id, "ready");
    const unknown = await fetch(`${urls.extraction}/documents/${randomUUID()}`, { method: "POST" });
    assert.equal(unknown.status, 404);
  });

  test("a document in no queue is found", async () => {
    const id = await insert("forgotten.txt", "text/plain", "nobody queued this");
    await becomes(id, "ready");
  });

  test("extraction is stopped in the middle: it hands the document back, and another goes on at once", async () => {
    await replaceExtraction({ TRANSCRIPTION_URL: transcriber.url });
    const id = await upload("meeting.wav", recordingOf(1), "ada");
    await eventually(async () => assert.equal(transcriber.forms.length, 1));
    const stopped = extraction;
    stopped.signal("SIGTERM");
    assert.equal(await stopped.exitCode, 0);
    assert.deepEqual(await statusOf(id), "received");
    transcriber.answer = { status: 200, text: "We meet at the quay." };
    await replaceExtraction({ TRANSCRIPTION_URL: transcriber.url });
    await becomes(id, "ready");
    assert.equal((await rowOf(id)).text, "We meet at the quay.");
    const error = "handed back by a replica that was stopped";
    assert.deepEqual(await jobsOf(id), [
      { state: "failed", error },
      { state: "done", error: null },
    ]);
    assert.match(transcriber.forms[1] ?? "", /name="model"\r\n\r\nwhisper-large-v3\r\n/);
    assert.match(transcriber.forms[1] ?? "", /filename="recording\.wav"\r\nContent-Type: audio\/wav\r\n\r\nRIFF/);
  });

  test("extraction is killed in the middle: another takes the document over", async () => {
    transcriber.answer = "hang";
    const count = transcriber.forms.length;
    const id = await upload("killed.wav", recordingOf(1), "ada");
    await eventually(async () => assert.equal(transcriber.forms.length, count + 1));
    extraction.signal("SIGKILL");
    await extraction.exitCode;
    transcriber.answer = { status: 200, text: "Still here." };
    await replaceExtraction({ TRANSCRIPTION_URL: transcriber.url });
    await becomes(id, "ready");
    assert.deepEqual(await jobsOf(id), [
      { state: "failed", error: "interrupted" },
      { state: "done", error: null },
    ]);
  });

  test("a document that takes long is left to the replica that works on it", async () => {
    transcriber.answer = "hang";
    const count = transcriber.forms.length;
    const second = await startExtraction({ TRANSCRIPTION_URL: transcriber.url });
    const id = await upload("long.wav", recordingOf(1), "ada");
    await eventually(async () => assert.equal(transcriber.forms.length, count + 1));
    // Twice as long as a replica without a sign of life is given.
    await new Promise((resolve) => setTimeout(resolve, 3_500));
    assert.equal(transcriber.forms.length, count + 1);
    assert.equal(await statusOf(id), "extracting");
    second.program.signal("SIGKILL");
    extraction.signal("SIGKILL");
    await Promise.all([second.program.exitCode, extraction.exitCode]);
    transcriber.answer = { status: 200, text: "At last." };
    await replaceExtraction({ TRANSCRIPTION_URL: transcriber.url });
    await becomes(id, "ready");
  });

  test("what fails for now is tried three times, and then it is given up", async () => {
    transcriber.answer = { status: 500, text: "" };
    const id = await upload("unlucky.wav", recordingOf(1), "ada");
    await becomes(id, "failed");
    assert.equal((await rowOf(id)).error, "given up after 3 attempts: transcription failed");
    assert.equal((await jobsOf(id)).length, 3);
  });

  test("nothing stays in the queue", async () => {
    await eventually(async () => assert.equal(await platform.redis.xlen("extraction"), 0));
  });

  function startExtraction(more: Record<string, string> = {}) {
    return startNamed(cleanup, "extraction", { ...env, ...more });
  }

  async function replaceExtraction(more: Record<string, string>): Promise<void> {
    extraction.signal("SIGTERM");
    await extraction.exitCode;
    const { program, url } = await startExtraction(more);
    extraction = program;
    urls = { ...urls, extraction: url };
  }

  async function upload(name: string, content: string | Buffer, user: string): Promise<string> {
    const form = new FormData();
    form.append("file", new Blob([content as string]), name);
    const headers = { authorization: `Bearer ${await platform.token(user)}` };
    const response = await fetch(`${urls.upload}/documents`, { method: "POST", headers, body: form });
    assert.equal(response.status, 202);
    return ((await response.json()) as { id: string }).id;
  }

  // As a crash between the row and the queue leaves it.
  async function insert(name: string, mediaType: string, content?: string): Promise<string> {
    const id = randomUUID();
    if (content !== undefined) await writeFile(join(folder, id), content);
    const sql = `insert into documents (id, owner, name, media_type, size_bytes, sha256, updated_at)
      values ($1, 'ada', $2, $3, 1, '', now() - interval '1 hour')`;
    await platform.database.query(sql, [id, name, mediaType]);
    return id;
  }

  async function becomes(id: string, status: string): Promise<void> {
    await eventually(async () => assert.equal(await statusOf(id), status, (await rowOf(id)).error ?? ""), 60_000);
  }

  async function statusOf(id: string): Promise<string> {
    return (await rowOf(id)).status;
  }

  async function rowOf(id: string) {
    const sql = "select status, text, error from documents where id = $1";
    const [row] = await platform.database.query<{ status: string; text: string | null; error: string | null }>(sql, [
      id,
    ]);
    assert.ok(row);
    return row;
  }

  function jobsOf(id: string) {
    const sql = "select state, error from jobs where document_id = $1 order by id";
    return platform.database.query<{ state: string; error: string | null }>(sql, [id]);
  }

  async function search(query: string, owner: string) {
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify({ query, owner });
    const response = await fetch(`${urls.embedding}/search`, { method: "POST", headers, body });
    const { passages } = (await response.json()) as {
      passages: { documentId: string; document: string; position: number; text: string }[];
    };
    return passages;
  }
});
