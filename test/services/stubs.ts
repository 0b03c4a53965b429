import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Cleanup } from "./cleanup.ts";
import { listen } from "./platform.ts";

// Servers that do what a test says: the mock answers well, and these also fail, stop in the middle, or never answer.

/** How a stub of vLLM answers one request. */
export type Reply =
  | { readonly text: string; readonly ends?: "hang" | "drop" | "early"; readonly after?: Promise<void> }
  | { readonly toolCalls: readonly { readonly name: string; readonly arguments: string }[] }
  | { readonly status: number };

export interface ModelStub {
  readonly url: string;
  /** The bodies of the requests so far. */
  readonly requests: any[];
  /** Each answers one request, in this order; after them, 500. */
  reply(...replies: Reply[]): void;
  /** Resolves when a request's connection was closed by who asked, before the answer was complete. */
  aborted(): Promise<void>;
}

export async function startModelStub(cleanup: Cleanup): Promise<ModelStub> {
  const requests: any[] = [];
  const replies: Reply[] = [];
  let abort: () => void = () => undefined;
  let aborted = new Promise<void>((resolve) => (abort = resolve));
  const server = createServer((request, response) => {
    if (request.url === "/health") return void response.end();
    response.once("close", () => response.writableFinished || abort());
    void bodyOf(request).then(async (body: any) => {
      requests.push(body);
      const reply = replies.shift() ?? { status: 500 };
      if ("after" in reply) await reply.after;
      send(response, body, reply);
    });
  });
  return {
    url: await listen(cleanup, server),
    requests,
    reply: (...more) => {
      replies.push(...more);
      aborted = new Promise((resolve) => (abort = resolve));
    },
    aborted: () => aborted,
  };
}

export interface JsonRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly body: any;
}

/** Another service: answers what `answer` returns, as JSON, and 404 for undefined; `/health/live` by itself. */
export async function startPeerStub(cleanup: Cleanup, answer: (request: JsonRequest) => unknown): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === "/health/live") return void response.end("{}");
    const { method = "", url: path = "", headers } = request;
    void bodyOf(request).then((body) => {
      const answered = answer({ method, path, authorization: headers.authorization, body });
      response.writeHead(answered === undefined ? 404 : 200).end(JSON.stringify(answered ?? {}));
    });
  });
  return listen(cleanup, server);
}

function send(response: ServerResponse, body: { stream?: boolean }, reply: Reply): void {
  if ("status" in reply) {
    response.writeHead(reply.status, { "content-type": "application/json", "x-should-retry": "false" });
    response.end(JSON.stringify({ error: { message: "the stub fails", type: "InternalServerError" } }));
    return;
  }
  if (body.stream === true && "text" in reply) return stream(response, reply.text, reply.ends);
  const calls = "toolCalls" in reply ? reply.toolCalls : [];
  const message = {
    role: "assistant",
    content: "text" in reply ? reply.text : null,
    tool_calls: calls.map((call, index) => ({ id: `call-${index}`, type: "function", function: call })),
  };
  const choices = [{ index: 0, message, finish_reason: calls.length > 0 ? "tool_calls" : "stop" }];
  const usage = { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 };
  response.setHeader("content-type", "application/json").end(JSON.stringify({ choices, usage }));
}

function stream(response: ServerResponse, text: string, ends?: "hang" | "drop" | "early"): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  const frame = (data: unknown) => response.write(`data: ${JSON.stringify(data)}\n\n`);
  for (const content of text.match(/\S+\s*/g) ?? []) frame({ choices: [{ index: 0, delta: { content } }] });
  if (ends === "hang") return;
  if (ends === "early") return void response.end();
  // After what was written has left.
  if (ends === "drop") return void setTimeout(() => response.destroy(), 50);
  frame({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  frame({ choices: [], usage: { prompt_tokens: 7, completion_tokens: 3, total_tokens: 10 } });
  response.end("data: [DONE]\n\n");
}

export async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === "" ? undefined : JSON.parse(text);
}
