import assert from "node:assert/strict";
import { post, wav } from "./mock-server.ts";

// What takes a mock the most memory. Each asserts that nothing of the answers is lost.

/** So many chats over 16 connections, answered whole. */
export async function chat(url: string, count: number): Promise<void> {
  const messages = [{ role: "user", content: "Where is the harbour?" }];
  let left = count;
  const connection = async () => {
    while (left-- > 0) assert.match(await (await post(`${url}/v1/chat/completions`, { messages })).text(), /\}$/);
  };
  await Promise.all(Array.from({ length: 16 }, connection));
}

/** So many streams at once, each of 1,000 tokens and some seconds long. */
export async function stream(url: string, count: number): Promise<void> {
  const answer = Array.from({ length: 1000 }, (_, index) => `w${index}`).join(" ");
  await settings(url, "PATCH", { tokensPerSecond: 500, rules: [{ when: { contains: "say" }, answer }] });
  const body = { messages: [{ role: "user", content: "say it" }], max_tokens: 1000, stream: true };
  const texts = await Promise.all(
    Array.from({ length: count }, async () => (await post(`${url}/v1/chat/completions`, body)).text()),
  );
  for (const text of texts) assert.equal(textOf(text), answer);
  await settings(url, "DELETE");
}

/** So many recordings of 25 MB at once. */
export async function transcribe(url: string, count: number): Promise<void> {
  const form = new FormData();
  form.append("file", new File([new Uint8Array(wav(recordingSeconds))], "long.wav"));
  const heard = async () => {
    const response = await fetch(`${url}/v1/audio/transcriptions`, { method: "POST", body: form });
    const { usage } = (await response.json()) as { usage: { seconds: number } };
    assert.equal(usage.seconds, recordingSeconds);
  };
  await Promise.all(Array.from({ length: count }, heard));
}

/** The most that was ever resident, in bytes, of what `/proc/PID/status` says of a process. */
export function peakBytes(status: string): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

const recordingSeconds = 781;

async function settings(url: string, method: string, changes?: object): Promise<void> {
  const body = changes === undefined ? null : JSON.stringify(changes);
  assert.equal((await fetch(`${url}/mock/settings`, { method, body })).status, 200);
}

function textOf(events: string): string {
  const frames = events.split("\n\n");
  assert.deepEqual(frames.slice(-2), ["data: [DONE]", ""]);
  const chunks = frames.slice(0, -2).map((frame) => JSON.parse(frame.replace(/^data: /, "")) as Chunk);
  return chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
}

interface Chunk {
  readonly choices: { delta: { content?: string } }[];
}
