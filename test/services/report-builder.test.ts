import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import fc from "fast-check";
import { escaped, pageOf } from "../../services/report-builder/page.ts";
import type { Message } from "../../services/report-builder/page.ts";
import { cleanupAtTheEnd } from "./cleanup.ts";
import { clientOf, startNamed } from "./client.ts";
import type { Client } from "./client.ts";
import { skipWithoutDocker } from "./docker.ts";
import { startPlatform } from "./platform.ts";

const createdAt = "2026-01-02T03:04:05.000Z";
const north = passage("The harbour lies in the north.");
const south = passage("The beach lies in the south.");
const said: Message[] = [
  { role: "user", content: "Where?", passages: null },
  { role: "assistant", content: "North [1], south [2], or so [3][0].", passages: [north, south] },
  { role: "assistant", content: "South [1].", passages: [south] },
];

test("whatever is put into HTML, it is text there", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("<", ">", "&", '"', "'", "a", "/") }), (text) => {
      assert.doesNotMatch(escaped(text), /[<>"']|&(?!#\d+;)/);
      const back = escaped(text).replace(/&#(\d+);/g, (_all, code) => String.fromCharCode(Number(code)));
      assert.equal(back, text);
    }),
  );
});

test("an answer's marks lead to its own passages", () => {
  const page = pageOf({ title: "Ports & <b>beaches</b>", createdAt, messages: said }, "ann");
  assert.match(page, /<h1>Ports &#38; &#60;b&#62;beaches&#60;\/b&#62;<\/h1>\n<p>ann, 2026-01-02<\/p>/);
  const mark = (note: string, number: number) => `<a href="#note-${note}">[${number}]</a>`;
  assert.ok(page.includes(`<p>North ${mark("1-1", 1)}, south ${mark("1-2", 2)}, or so [3][0].</p>`), page);
  assert.ok(page.includes(`<p>South ${mark("2-1", 1)}.</p>`), page);
  assert.deepEqual(
    [...page.matchAll(/<li id="note-(.*?)"><cite>(.*?)<\/cite> (.*?)<\/li>/g)].map((match) => match.slice(1)),
    [
      ["1-1", "guide.txt", north.text],
      ["1-2", "guide.txt", south.text],
      ["2-1", "guide.txt", south.text],
    ],
  );
});

test("a page needs nothing from elsewhere, and runs nothing", () => {
  const hostile = '<img src=x onerror=alert(1)><script src="https://example.org/x.js"></script>';
  const message: Message = { role: "assistant", content: hostile, passages: [passage(hostile)] };
  const page = pageOf({ title: hostile, createdAt: hostile, messages: [message] }, hostile);
  const tags = new Set([...page.matchAll(/<([a-z]\w*)/g)].map(([, tag]) => tag));
  for (const tag of ["script", "img", "link", "iframe", "object", "base"]) assert.ok(!tags.has(tag), tag);
  assert.doesNotMatch(page, /url\(|@import|@font-face/);
});

test("without passages there is no list of them", () => {
  const page = pageOf({ title: "", createdAt, messages: said.slice(0, 1) }, "ann");
  assert.match(page, /<h1>Conversation<\/h1>/);
  assert.doesNotMatch(page, /<ol>/);
});

describe("report-builder with real PostgreSQL and core", { skip: skipWithoutDocker }, () => {
  const cleanup = cleanupAtTheEnd();
  let UPLOADS_DIR: string;
  let core: Client;
  let reports: Client;
  let bob: Client;

  before(async () => {
    const platform = await startPlatform(cleanup);
    UPLOADS_DIR = await mkdtemp(join(tmpdir(), "uploads-"));
    cleanup.after(() => rm(UPLOADS_DIR, { recursive: true }));
    const { url: CORE_URL } = await startNamed(cleanup, "core", platform.env);
    const { url } = await startNamed(cleanup, "report-builder", { ...platform.env, CORE_URL, UPLOADS_DIR });
    core = clientOf(CORE_URL, await platform.token("ann"));
    reports = clientOf(url, await platform.token("ann"));
    bob = clientOf(url, await platform.token("bob"));
  });

  test("a conversation becomes a page, for its owner alone", async () => {
    const { id: conversationId } = (await core.post("/conversations", { title: "Ports" })).body;
    await core.post(`/conversations/${conversationId}/messages`, { role: "user", content: "Where?" });
    const { status, headers, body } = await reports.post("/reports", { conversationId });
    assert.deepEqual([status, headers.get("location")], [201, `/reports/${body.id}`]);
    const page = await reports.get(`/reports/${body.id}`);
    assert.equal(page.headers.get("content-type"), "text/html; charset=utf-8");
    assert.equal(page.headers.get("content-security-policy"), "default-src 'none'; style-src 'unsafe-inline'");
    assert.match(page.body, /<h1>Ports<\/h1>/);
    assert.deepEqual(await readdir(join(UPLOADS_DIR, "reports")), [`${body.id}.html`]);
    assert.equal(await readFile(join(UPLOADS_DIR, "reports", `${body.id}.html`), "utf8"), page.body);
    assert.equal((await bob.get(`/reports/${body.id}`)).status, 404);
    assert.equal((await bob.post("/reports", { conversationId })).status, 404);
    await rm(join(UPLOADS_DIR, "reports", `${body.id}.html`));
    assert.equal((await reports.get(`/reports/${body.id}`)).body.error.code, "file_missing");
  });

  test("of a conversation that does not exist: 404; of none: 400", async () => {
    assert.equal((await reports.post("/reports", { conversationId: 999 })).body.error.code, "not_found");
    assert.equal((await reports.post("/reports", {})).body.error.code, "invalid_request");
    assert.equal((await reports.get("/reports/..%2fsecret")).status, 400);
  });
});

function passage(text: string) {
  return { document: "guide.txt", text };
}
