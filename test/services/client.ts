import type { SentEvent } from "../../services/base/events.ts";
import type { Cleanup } from "./cleanup.ts";
import { startProgram } from "./program.ts";
import type { Program } from "./program.ts";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: any;
}

/** Somebody who asks a service. */
export interface Client {
  readonly url: string;
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  /** All events of a stream; throws when the answer is none. */
  events(path: string, body: unknown): Promise<SentEvent[]>;
  /** The events as they come, until `signal` is aborted. */
  stream(path: string, body: unknown, signal: AbortSignal): AsyncGenerator<SentEvent>;
}

/** Starts `services/<name>/main.ts` and waits until it listens. */
export async function startNamed(
  cleanup: Cleanup,
  name: string,
  env: Record<string, string>,
): Promise<{ program: Program; url: string }> {
  const program = startProgram(cleanup, new URL(`../../services/${name}/main.ts`, import.meta.url), env);
  return { program, url: `http://127.0.0.1:${String((await program.logged("listening"))["port"])}` };
}

export function clientOf(url: string, token?: string): Client {
  const send = (method: string, path: string, body?: unknown, signal?: AbortSignal) =>
    fetch(url + path, {
      method,
      headers: {
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(body !== undefined && { "content-type": "application/json" }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  async function* stream(path: string, body: unknown, signal?: AbortSignal): AsyncGenerator<SentEvent> {
    const response = await send("POST", path, body, signal);
    if (response.status !== 200 || response.body === null) throw new Error(await response.text());
    let rest = "";
    for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
      const frames = (rest + chunk).split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) yield eventOf(frame);
    }
  }
  return {
    url,
    get: async (path) => answerOf(await send("GET", path)),
    post: async (path, body) => answerOf(await send("POST", path, body)),
    events: async (path, body) => {
      const all: SentEvent[] = [];
      for await (const event of stream(path, body)) all.push(event);
      return all;
    },
    stream,
  };
}

/** The texts of the events `delta`, joined. */
export function said(events: readonly SentEvent[]): string {
  const deltas = events.filter(({ event }) => event === "delta");
  return deltas.map(({ data }) => (data as { text: string }).text).join("");
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

function eventOf(frame: string): SentEvent {
  const [event = "", data = ""] = frame.split("\n").map((line) => line.replace(/^\w+: /, ""));
  return { event, data: JSON.parse(data) };
}
