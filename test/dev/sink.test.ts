import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { type TestContext, test } from "node:test";
import { type Blobs, SPOOL_PREFIX, openBlobs } from "../../dev/delivery/sink/blobs.ts";
import { type Sink, openSink } from "../../dev/delivery/sink/registry.ts";

// What the distribution specification says about a push, request by request.

test("what the nodes have need not be sent; its size is told, because it goes into the manifest", async (t) => {
  const known = digestOf(Buffer.from("in every node"));
  const { call } = await aSink(t, (digest) => (digest === known ? 13 : null));
  const [there, missing] = [
    await call("HEAD", `blobs/${known}`),
    await call("HEAD", `blobs/${digestOf(Buffer.from("x"))}`),
  ];
  assert.deepEqual([there.status, there.headers["content-length"]], [200, "13"]);
  assert.equal(missing.status, 404);
  assert.equal((await call("GET", `blobs/${known}`)).status, 404, "the content itself is not here");
});

for (const [how, send] of [
  ["in one POST", async (call, body, digest) => call("POST", `blobs/uploads/?digest=${digest}`, body)],
  ["with POST and PUT", async (call, body, digest) => call("PUT", `${await begun(call)}?digest=${digest}`, body)],
  [
    "in chunks",
    async (call, body, digest) => {
      const location = await begun(call);
      const half = body.length >> 1;
      await call("PATCH", location, body.subarray(0, half), { "Content-Range": `0-${half - 1}` });
      const second = await call("PATCH", location, body.subarray(half), {
        "Content-Range": `${half}-${body.length - 1}`,
      });
      assert.equal(second.headers["range"], `0-${body.length - 1}`);
      return call("PUT", `${location}?digest=${digest}`);
    },
  ],
] as const satisfies readonly (readonly [string, (call: Call, body: Buffer, digest: string) => Promise<Answer>])[]) {
  test(`a blob arrives ${how}, and is what it says it is`, async (t) => {
    const { call, blobs } = await aSink(t);
    const body = randomBytes(3 * 2 ** 20);
    const digest = digestOf(body);
    assert.equal((await send(call, body, digest)).status, 201);
    assert.equal(blobs.size(digest), body.length);
    assert.deepEqual((await call("GET", `blobs/${digest}`)).body, body);
    const wrong = await send(call, body, digestOf(Buffer.from("another")));
    assert.equal(wrong.status, 400);
    assert.match(wrong.body.toString(), /DIGEST_INVALID/);
  });
}

test("a chunk at the wrong place is refused, and says where to go on", async (t) => {
  const { call } = await aSink(t);
  const location = await begun(call);
  await call("PATCH", location, Buffer.from("abc"));
  const gap = await call("PATCH", location, Buffer.from("f"), { "Content-Range": "5-5" });
  assert.deepEqual([gap.status, gap.headers["range"]], [416, "0-2"]);
  assert.equal((await call("GET", location)).status, 204);
  assert.equal((await call("DELETE", location)).status, 204);
  assert.equal((await call("GET", location)).status, 404);
});

test("a mount is as good as an upload where the blob is known, and an upload elsewhere", async (t) => {
  const known = digestOf(Buffer.from("here"));
  const { call } = await aSink(t, () => 4);
  assert.equal((await call("POST", `blobs/uploads/?mount=${known}&from=other`)).status, 201);
  const { call: empty } = await aSink(t);
  assert.equal((await empty("POST", `blobs/uploads/?mount=${known}&from=other`)).status, 202);
});

test("a manifest is found by its tag and by its digest, an index too", async (t) => {
  const { call, sink } = await aSink(t);
  for (const [tag, type] of [
    ["one", "application/vnd.docker.distribution.manifest.v2+json"],
    ["all", "application/vnd.oci.image.index.v1+json"],
  ] as const) {
    const body = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type }));
    const put = await call("PUT", `manifests/${tag}`, body, { "Content-Type": type });
    assert.deepEqual([put.status, put.headers["docker-content-digest"]], [201, digestOf(body)]);
    assert.deepEqual(sink.manifest(tag), { digest: digestOf(body), mediaType: type, body });
    assert.deepEqual((await call("GET", `manifests/${digestOf(body)}`)).body, body);
    assert.equal((await call("HEAD", `manifests/${tag}`)).headers["content-type"], type);
  }
  assert.equal((await call("PUT", `manifests/${digestOf(Buffer.from("x"))}`, Buffer.from("{}"))).status, 400);
  assert.equal((await call("PUT", "manifests/huge", Buffer.alloc(5 * 2 ** 20))).status, 413);
  sink.forget("one");
  assert.equal(sink.manifest("one"), null);
});

test("nobody can write anywhere but below the session's own name", async (t) => {
  const { sink } = await aSink(t);
  const [host = ""] = sink.repository.split("/");
  const answer = await send(`http://${host}/v2/slipway/000000000000/blobs/uploads/`, "POST");
  assert.equal(answer.status, 404);
  assert.equal((await send(`http://${host}/v2/`, "GET")).status, 200);
});

test("an upload that breaks off leaves nothing, and neither does the end", async (t) => {
  const before = folders();
  const { call, sink, blobs } = await aSink(t);
  const location = await begun(call);
  const broken = request({ ...addressOf(sink), method: "PATCH", path: location, headers: { "Content-Length": 1000 } });
  const gone = new Promise((resolve) => broken.once("error", resolve));
  broken.write("abc", () => setTimeout(() => broken.destroy(new Error("gone")), 50));
  await gone;
  const digest = await blobs.put(chunksOf(Buffer.from("kept")));
  assert.equal(await blobs.text(digest), "kept");
  const mine = folders().filter((folder) => !before.includes(folder));
  assert.equal(mine.length, 1);
  await blobs.clear();
  assert.equal(blobs.size(digest), null);
  await sink.close();
  blobs.close();
  assert.equal(existsSync(`${tmpdir()}/${mine[0]}`), false);
});

interface Answer {
  readonly status: number;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly body: Buffer;
}

type Call = (method: string, path: string, body?: Buffer, headers?: Record<string, string>) => Promise<Answer>;

async function aSink(
  t: TestContext,
  knownSize: (digest: string) => number | null = () => null,
): Promise<{ readonly sink: Sink; readonly blobs: Blobs; readonly call: Call }> {
  const blobs = await openBlobs();
  const sink = await openSink(blobs, knownSize);
  t.after(() => sink.close().then(() => blobs.close()));
  const [host = "", ...path] = sink.repository.split("/");
  const call: Call = (method, at, body, headers) =>
    send(
      at.startsWith("/") ? `http://${host}${at}` : `http://${host}/v2/${path.join("/")}/${at}`,
      method,
      body,
      headers,
    );
  return { sink, blobs, call };
}

async function begun(call: Call): Promise<string> {
  const { status, headers } = await call("POST", "blobs/uploads/");
  assert.equal(status, 202);
  return String(headers["location"]);
}

function send(url: string, method: string, body?: Buffer, headers: Record<string, string> = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    // A refusal may come before all has been sent.
    sent.on("error", (error: NodeJS.ErrnoException) => (error.code === "EPIPE" ? undefined : reject(error)));
    sent.end(body);
  });
}

function addressOf({ repository }: Sink): { readonly host: string; readonly port: string } {
  const [, host = "", port = ""] = /^([^:]+):(\d+)/.exec(repository) ?? [];
  return { host, port };
}

async function* chunksOf(...chunks: Buffer[]): AsyncIterable<Buffer> {
  yield* chunks;
}

function folders(): string[] {
  return readdirSync(tmpdir()).filter((name) => name.startsWith(`${SPOOL_PREFIX}${process.pid}-`));
}

function digestOf(body: Buffer): string {
  return `sha256:${createHash("sha256").update(body).digest("hex")}`;
}
