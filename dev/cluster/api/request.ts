import type { IncomingMessage } from "node:http";
import type { ApiAnswer, ApiRequest } from "./api.ts";
import { ApiUnreachable } from "./errors.ts";
import type { Transport } from "./transport.ts";

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** Longer than the API lets an admission webhook think. */
const SILENCE_MS = 40_000;

/** One request and its whole answer. */
export async function ask(
  transport: Transport,
  method: Method,
  path: string,
  options: ApiRequest = {},
): Promise<ApiAnswer> {
  const response = await open(transport, method, path, options);
  const text = await textOf(response).catch((error: unknown) => fail(transport, error, options.signal));
  return { status: response.statusCode ?? 0, body: parsed(response, text), warnings: warningsOf(response) };
}

/** Resolves with the head of the answer; its body is still to come. */
export async function open(
  transport: Transport,
  method: Method,
  path: string,
  options: ApiRequest = {},
): Promise<IncomingMessage> {
  const isRepeatable = method !== "POST";
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fromServer(transport, await send(transport, method, path, options));
    } catch (error) {
      if (!(attempt === 1 && isRepeatable && error instanceof StaleConnection))
        return fail(transport, error, options.signal);
    }
  }
}

/** `kubectl proxy` goes on answering when the server is away: with status 500 and a text. Whatever the server says has an audit ID. */
async function fromServer({ isProxy }: Transport, response: IncomingMessage): Promise<IncomingMessage> {
  const { statusCode = 0, headers } = response;
  if (!isProxy || statusCode < 500 || "audit-id" in headers || headers["content-type"]?.includes("json"))
    return response;
  throw new Error((await textOf(response)).trim());
}

/** A kept connection that the other side has closed meanwhile. */
class StaleConnection extends Error {}

async function send(
  transport: Transport,
  method: Method,
  path: string,
  { query = {}, body, contentType = "application/json", accept = "application/json", signal }: ApiRequest,
): Promise<IncomingMessage> {
  signal?.throwIfAborted();
  const payload = body === undefined ? undefined : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
  const headers = {
    accept,
    ...(payload && { "content-type": contentType, "content-length": payload.length }),
  };
  const request = await transport.request({ method, path: withQuery(path, query), headers, ...(signal && { signal }) });
  request.setTimeout(SILENCE_MS, () => request.destroy(new Error(`no answer within ${SILENCE_MS / 1000} s`)));
  return new Promise((resolve, reject) => {
    request.on("response", (response) => {
      // From here on it is the reader who decides how long it takes: a watch is silent for minutes.
      request.setTimeout(0);
      resolve(response);
    });
    request.on("error", (error) => reject(request.reusedSocket ? new StaleConnection(error.message) : error));
    request.end(payload);
  });
}

export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const text = new URLSearchParams(query).toString();
  return text === "" ? path : `${path}?${text}`;
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString("utf8");
}

function parsed({ headers }: IncomingMessage, text: string): unknown {
  return headers["content-type"]?.includes("json") ? (JSON.parse(text) as unknown) : text;
}

/** `299 - "spec.x is deprecated"` → its text. https://kubernetes.io/blog/2020/09/03/warnings/ */
function warningsOf({ headersDistinct }: IncomingMessage): string[] {
  return (headersDistinct["warning"] ?? []).map((line) => /^\d+ \S+ "(.*)"$/.exec(line)?.[1] ?? line);
}

function fail(transport: Transport, error: unknown, signal: AbortSignal | undefined): never {
  if (signal?.aborted) throw signal.reason;
  throw error instanceof ApiUnreachable ? error : new ApiUnreachable(transport.server, error);
}
