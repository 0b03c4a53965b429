import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { startNamed } from "./client.ts";
import { docker, eventually, skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";
import type { Platform } from "./platform.ts";

const maxBytes = 300_000;

describe("upload with a real PostgreSQL and Redis", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let platform: Platform;
  let folder: string;
  let url: string;
  let token: string;

  before(async () => {
    platform = await startPlatform(cleanup);
    token = await platform.token("ada");
    folder = await mkdtemp(join(tmpdir(), "uploads-"));
    cleanup.after(() => rm(folder, { recursive: true }));
    await writeFile(join(folder, "old.part"), "left");
    await utimes(join(folder, "old.part"), 0, 0);
    await writeFile(join(folder, "new.part"), "being written by another");
    const env = { ...platform.env, UPLOADS_DIR: folder, MAX_UPLOAD_BYTES: String(maxBytes) };
    ({ url } = await startNamed(cleanup, "upload", env));
    await eventually(async () => assert.deepEqual(await readdir(folder), ["new.part"]));
    await rm(join(folder, "new.part"));
  });

  test("a document is on disk, in the database and in the queue", async () => {
    const content = "The harbour opens at six.\n".repeat(1_000);
    const { status, headers, body } = await upload("notes/harbour.txt", content);
    assert.equal(status, 202);
    const { id } = body as { id: string };
    assert.deepEqual(body, { id, status: "received" });
    assert.equal(headers.get("location"), `/documents/${id}`);
    assert.deepEqual(await readdir(folder), [id]);
    assert.equal(await readFile(join(folder, id), "utf8"), content);
    const [row] = await platform.database.query("select owner, sha256 from documents where id = $1", [id]);
    assert.deepEqual(row, { owner: "ada", sha256: createHash("sha256").update(content).digest("hex") });
    assert.deepEqual(await queued(), [id]);
    const state = { id, name: "harbour.txt", mediaType: "text/plain", sizeBytes: content.length };
    assert.deepEqual(await get(id, token), [200, { ...state, status: "received", error: null }]);
  });

  test("nobody else sees it, unless it belongs to everyone", async () => {
    const { body } = await upload("private.md", "# mine");
    const { id } = body as { id: string };
    const others = await platform.token("bob");
    assert.equal((await get(id, others))[0], 404);
    await platform.database.query("update documents set owner = 'everyone' where id = $1", [id]);
    assert.equal((await get(id, others))[0], 200);
    assert.equal((await fetch(`${url}/documents/${id}`)).status, 401);
    assert.equal((await get("not-an-id", token))[0], 400);
  });

  const kinds = { "a.txt": "text/plain", "b.MD": "text/markdown", "c.html": "text/html", "d.Pdf": "application/pdf" };
  for (const [name, mediaType] of Object.entries({ ...kinds, "x.y.wav": "audio/wav" })) {
    test(`${name} is ${mediaType}`, async () => {
      const { body } = await upload(name, "x");
      const [, state] = await get((body as { id: string }).id, token);
      assert.equal((state as { mediaType: string }).mediaType, mediaType);
    });
  }

  const form = "multipart/form-data; boundary=b";
  const nameless =
    '--b\r\ncontent-disposition: form-data; name="file"\r\ncontent-type: application/octet-stream\r\n\r\nx\r\n--b--\r\n';
  const refused: [string, () => Promise<{ status: number; body: unknown }>, number, string][] = [
    ["an unknown ending", () => upload("x.exe", "MZ"), 415, "unsupported_media_type"],
    ["no ending", () => upload("README", "hello"), 415, "unsupported_media_type"],
    ["nothing in it", () => upload("x.txt", ""), 400, "file_empty"],
    ["another field's name", () => upload("x.txt", "hello", { field: "document" }), 400, "file_missing"],
    ["no form at all", () => send("{}", { "content-type": "application/json" }), 400, "file_missing"],
    ["a file without a name", () => send(nameless, { "content-type": form }), 415, "unsupported_media_type"],
    ["a byte too much", () => upload("x.txt", "x".repeat(maxBytes + 1)), 413, "file_too_large"],
    ["far too much", () => upload("x.txt", "x".repeat(maxBytes * 3)), 413, "file_too_large"],
    ["no token", () => upload("x.txt", "hello", { as: "" }), 401, "unauthorized"],
  ];
  for (const [what, attempt, status, code] of refused) {
    test(`${what}: ${status} ${code}, and nothing stays`, async () => {
      const before = await traces();
      const answer = await attempt();
      assert.deepEqual([answer.status, (answer.body as { error: { code: string } }).error.code], [status, code]);
      assert.deepEqual(await traces(), before);
    });
  }

  test("exactly the limit is taken", async () => {
    assert.equal((await upload("x.txt", "x".repeat(maxBytes))).status, 202);
  });

  test("a stream of unknown length ends at the limit", async () => {
    const before = await traces();
    const boundary = "b";
    const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="x.txt"\r\n\r\n`;
    async function* body() {
      yield Buffer.from(head);
      for (let sent = 0; sent < 10; sent += 1) yield Buffer.alloc(50_000, "x");
      yield Buffer.from(`\r\n--${boundary}--\r\n`);
    }
    const headers = { "content-type": `multipart/form-data; boundary=${boundary}` };
    assert.equal((await send(body() as unknown as NonNullable<RequestInit["body"]>, headers)).status, 413);
    assert.deepEqual(await traces(), before);
  });

  test("of a client that leaves in the middle nothing stays", async () => {
    const before = await traces();
    const headers = { authorization: `Bearer ${token}`, "content-type": "multipart/form-data; boundary=b" };
    const leaving = request(`${url}/documents`, { method: "POST", headers });
    leaving.on("error", () => undefined);
    leaving.write('--b\r\ncontent-disposition: form-data; name="file"; filename="x.txt"\r\n\r\n');
    leaving.write("x".repeat(100_000));
    await eventually(async () => assert.notDeepEqual((await traces()).files, before.files));
    leaving.destroy();
    await eventually(async () => assert.deepEqual(await traces(), before));
  });

  test("long and strange names are kept short and plain", async () => {
    const { body } = await upload(`${"ä".repeat(300)}\u0007.md`, "x");
    const [, state] = await get((body as { id: string }).id, token);
    const { name } = state as { name: string };
    assert.match(name, /^ä{196}\.md$/);
  });

  test("without Redis it is still taken", async () => {
    const redis = platform.containers.redis;
    await docker("pause", redis);
    try {
      const { status, body } = await upload("x.txt", "not queued");
      assert.equal(status, 202);
      assert.equal((await get((body as { id: string }).id, token))[0], 200);
    } finally {
      await docker("unpause", redis);
    }
  });

  test("is not ready without its folder", async () => {
    const { url: lost } = await startNamed(cleanup, "upload", {
      ...platform.env,
      UPLOADS_DIR: join(folder, "nowhere"),
    });
    const ready = await fetch(`${lost}/health/ready`);
    assert.equal(ready.status, 503);
    assert.match(await ready.text(), /\{"name":"uploads","ready":false/);
  });

  function upload(name: string, content: string, { field = "file", as = token } = {}) {
    const form = new FormData();
    form.append(field, new Blob([content]), name);
    return send(form, {}, as);
  }

  async function send(body: NonNullable<RequestInit["body"]>, headers: Record<string, string>, as = token) {
    const init = { method: "POST", headers: { ...headers, ...(as && { authorization: `Bearer ${as}` }) }, body };
    const response = await fetch(`${url}/documents`, { ...init, duplex: "half" } as RequestInit);
    return { status: response.status, headers: response.headers, body: (await response.json()) as unknown };
  }

  async function get(id: string, as: string): Promise<[number, unknown]> {
    const response = await fetch(`${url}/documents/${id}`, { headers: { authorization: `Bearer ${as}` } });
    return [response.status, await response.json()];
  }

  async function queued(): Promise<string[]> {
    return (await platform.redis.xrange("extraction", "-", "+")).map(([, fields]) => fields[1] ?? "");
  }

  async function traces() {
    const [row] = await platform.database.query<{ count: string }>("select count(*) from documents");
    return { files: (await readdir(folder)).toSorted(), rows: row?.count, queued: (await queued()).length };
  }
});
