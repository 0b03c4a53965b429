import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { attachment } from "../../services/workbench/documents.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";
import { startPeerStub } from "./stubs.ts";
import type { JsonRequest } from "./stubs.ts";

test("a file's name is given in a way that no name breaks", () => {
  assert.equal(attachment("a b.txt"), "attachment; filename*=UTF-8''a%20b.txt");
  assert.equal(attachment("é.\"\nx'(*)"), "attachment; filename*=UTF-8''%C3%A9.%22%0Ax%27%28%2a%29");
});

describe("workbench with a real PostgreSQL and the mock", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  const [ready, received, lost, others] = [1, 2, 3, 4].map((digit) => `00000000-0000-4000-8000-00000000000${digit}`);
  const asked: JsonRequest[] = [];
  let platform: Platform;
  let workbench: Client;

  before(async () => {
    platform = await startPlatform(cleanup);
    const UPLOADS_DIR = await mkdtemp(join(tmpdir(), "uploads-"));
    cleanup.after(() => rm(UPLOADS_DIR, { recursive: true }));
    const EXTRACTION_URL = await startPeerStub(cleanup, (request) => {
      asked.push(request);
      return { id: request.path.split("/").at(-1), status: "received" };
    });
    const env = { ...platform.env, EXTRACTION_URL, VLLM_URL: platform.modelUrl, UPLOADS_DIR };
    workbench = clientOf((await startNamed(cleanup, "workbench", env)).url, await platform.token("ann"));
    await writeFile(join(UPLOADS_DIR, String(ready)), "<script>alert(1)</script>");
    const insert = `insert into documents (id, owner, name, media_type, size_bytes, sha256, status, error, text, created_at)
      values ($1, $2, $3, 'text/html', 25, '', $4, $5, $6, $7)`;
    const text = "The harbour lies in the north.";
    await platform.database.query(insert, [ready, "ann", "a.html", "ready", null, text, "2026-01-01"]);
    await platform.database.query(insert, [received, "ann", "b.pdf", "received", null, null, "2026-01-02"]);
    await platform.database.query(insert, [lost, "ann", "c.pdf", "failed", "no text", null, "2026-01-03"]);
    await platform.database.query(insert, [others, "bob", "d.pdf", "ready", null, "secret", "2026-01-04"]);
    const job = "insert into jobs (document_id, state, error, started_at) values ($1, $2, $3, $4)";
    await platform.database.query(job, [ready, "done", null, "2026-01-01"]);
    await platform.database.query(job, [lost, "failed", "no text", "2026-01-03"]);
    await platform.database.query(job, [others, "done", null, "2026-01-04"]);
  });

  test("it is ready when all it depends on answers", async () => {
    const names = ["auth", "database", "schema", "extraction", "vllm"];
    await eventually(async () => {
      const { body } = await workbench.get("/health/ready");
      assert.deepEqual(body, { ready: true, dependencies: names.map((name) => ({ name, ready: true })) });
    });
  });

  test("one's documents and jobs are listed, newest first, up to the limit", async () => {
    const { documents } = (await workbench.get("/documents")).body;
    assert.deepEqual(
      documents.map(({ id, status, error }: any) => [id, status, error]),
      [
        [lost, "failed", "no text"],
        [received, "received", null],
        [ready, "ready", null],
      ],
    );
    assert.equal((await workbench.get("/documents?limit=1")).body.documents.length, 1);
    const { jobs } = (await workbench.get("/jobs")).body;
    assert.deepEqual(
      jobs.map(({ documentId, document, state, error }: any) => [documentId, document, state, error]),
      [
        [lost, "c.pdf", "failed", "no text"],
        [ready, "a.html", "done", null],
      ],
    );
  });

  test("a document comes with its text, or none yet", async () => {
    const { createdAt, updatedAt, ...rest } = (await workbench.get(`/documents/${ready}`)).body;
    assert.ok(Date.parse(createdAt) < Date.parse(updatedAt));
    const document = { id: ready, name: "a.html", mediaType: "text/html", sizeBytes: 25, status: "ready", error: null };
    assert.deepEqual(rest, { ...document, text: "The harbour lies in the north.", textLength: 30 });
    const { text, textLength } = (await workbench.get(`/documents/${received}`)).body;
    assert.deepEqual([text, textLength], [null, null]);
  });

  test("the file itself is saved, never shown", async () => {
    const { status, headers, body } = await workbench.get(`/documents/${ready}/file`);
    assert.deepEqual([status, body], [200, "<script>alert(1)</script>"]);
    assert.equal(headers.get("content-type"), "text/html");
    assert.equal(headers.get("content-length"), "25");
    assert.equal(headers.get("content-disposition"), "attachment; filename*=UTF-8''a.html");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    const missing = await workbench.get(`/documents/${received}/file`);
    assert.deepEqual([missing.status, missing.body.error.code], [404, "file_missing"]);
  });

  test("extraction is asked once more", async () => {
    const { status, body } = await workbench.post(`/documents/${lost}/extract`);
    assert.deepEqual([status, body], [202, { id: lost, status: "received" }]);
    assert.deepEqual(
      asked.map(({ method, path }) => `${method} ${path}`),
      [`POST /documents/${lost}`],
    );
  });

  test("the model sums a text up; without a text: 409", async () => {
    const { status, body } = await workbench.post(`/documents/${ready}/summary`);
    assert.deepEqual([status, body.model, body.complete], [200, "mage-chat", true], JSON.stringify(body));
    assert.ok(body.summary.length > 10);
    const without = await workbench.post(`/documents/${received}/summary`);
    const error = { code: "no_text", message: "b.pdf has no text, or none yet" };
    assert.deepEqual([without.status, without.body], [409, { error }]);
  });

  for (const path of ["", "/file", "/extract", "/summary"]) {
    test(`another's document is as one that does not exist: ${path || "itself"}`, async () => {
      const url = `/documents/${others}${path}`;
      const { status, body } = path === "" || path === "/file" ? await workbench.get(url) : await workbench.post(url);
      assert.deepEqual([status, body.error.code], [404, "not_found"]);
      assert.equal(asked.length, 1);
    });
  }

  for (const id of ["1", "..%2f..%2fetc%2fpasswd", "00000000-0000-4000-8000-00000000000G"]) {
    test(`GET /documents/${id}/file: 400`, async () => {
      assert.equal((await workbench.get(`/documents/${id}/file`)).status, 400);
    });
  }
});
