import assert from "node:assert/strict";
import { type Agent as HttpAgent, request as httpRequest } from "node:http";
import { type Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";

// What people do with MAGE, through its way in: they sign in, give it a document, and ask about it.

/** The way in. `agent` knows its certificate and its address. */
export interface Door {
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly agent?: HttpAgent | HttpsAgent;
  /** Of the user `analyst`. */
  readonly password: string;
}

export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** What came for a question: the passages that the answer rests on, and the answer. */
export interface Told {
  readonly passages: readonly unknown[];
  readonly answer: string;
}

/** What is given to the platform. */
export interface Given {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

export function textOf(text: string): Given {
  return { name: "document.txt", mediaType: "text/plain", bytes: Buffer.from(text) };
}

/** Signs in, uploads, waits until it can be searched, and asks. Rejects at the first step that fails. */
export async function tellAbout(door: Door, given: Given, question: string): Promise<Told> {
  const token = await signIn(door);
  await searchable(door, token, await upload(door, token, given));
  return ask(door, token, question);
}

export async function ask(door: Door, token: string, question: string): Promise<Told> {
  const asked = await send(door, "POST", "/chat/ask", bearer(token, JSON_TYPE), JSON.stringify({ question }));
  assert.equal(asked.status, 200, asked.text);
  const events = eventsOf(asked.text);
  const passages = events.find(({ event }) => event === "passages");
  assert.ok(passages, asked.text);
  const deltas = events.filter(({ event }) => event === "delta");
  const texts = deltas.map(({ data }) => (JSON.parse(data) as { text: string }).text);
  return { passages: (JSON.parse(passages.data) as { passages: readonly unknown[] }).passages, answer: texts.join("") };
}

const JSON_TYPE = "application/json";

export async function signIn(door: Door): Promise<string> {
  const body = JSON.stringify({ username: "analyst", password: door.password });
  const answer = await send(door, "POST", "/auth/token", { "content-type": JSON_TYPE }, body);
  assert.equal(answer.status, 200, answer.text);
  return (JSON.parse(answer.text) as { access_token: string }).access_token;
}

/** The new document's id. */
export async function upload(door: Door, token: string, { name, mediaType, bytes }: Given): Promise<string> {
  const boundary = "--------------------------document";
  const head = `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${name}"\r\ncontent-type: ${mediaType}\r\n\r\n`;
  const body = Buffer.concat([Buffer.from(head), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)]);
  const headers = bearer(token, `multipart/form-data; boundary=${boundary}`);
  const answer = await send(door, "POST", "/upload/documents", headers, body);
  assert.equal(answer.status, 202, answer.text);
  return (JSON.parse(answer.text) as { id: string }).id;
}

/** Polls for a minute. */
export async function searchable(door: Door, token: string, id: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const answer = await send(door, "GET", `/upload/documents/${id}`, bearer(token));
    assert.equal(answer.status, 200, answer.text);
    if ((JSON.parse(answer.text) as { status: string }).status === "ready") return;
    assert.ok(attempt < 120, answer.text);
    await sleep(500);
  }
}

export function bearer(token: string, contentType?: string): Record<string, string> {
  return { authorization: `Bearer ${token}`, ...(contentType !== undefined && { "content-type": contentType }) };
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream, as far as servers write it. */
function eventsOf(text: string): { readonly event: string; readonly data: string }[] {
  return text
    .split(/\r?\n\r?\n/)
    .filter((block) => block.trim() !== "")
    .map((block) => {
      const field = (name: string): string[] =>
        block.split(/\r?\n/).flatMap((line) => new RegExp(`^${name}: ?(.*)$`).exec(line)?.[1] ?? []);
      return { event: field("event")[0] ?? "message", data: field("data").join("\n") };
    });
}

/** One request through the way in; a body is sent whole. */
export function send(
  { baseUrl, agent }: Pick<Door, "baseUrl" | "agent">,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string | Buffer,
): Promise<Answer> {
  const request = baseUrl.startsWith("https:") ? httpsRequest : httpRequest;
  const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const asked = request(`${baseUrl}${path}`, { method, agent, headers: { ...headers, ...length } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += String(chunk)));
      response.on("error", reject).on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on("error", reject).end(body);
  });
}
