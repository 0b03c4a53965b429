import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { readJson } from "./body.ts";
import { HttpError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import { matchRoute } from "./router.ts";
import type { Match, Reply, Route } from "./router.ts";

export interface ExchangeOptions {
  readonly routes: readonly Route[];
  readonly metrics: Metrics;
  readonly logger: Logger;
  /** True once the service stops: answers then ask the client to leave the connection. */
  isDraining(): boolean;
}

/** Every request to an answer, a metric and a log line; whatever a handler throws becomes an answer too. */
export function exchangeListener(options: ExchangeOptions): RequestListener {
  return (request, response) => {
    exchange(options, request, response).catch((error: unknown) => {
      options.logger.error({ err: error }, "the answer could not be sent");
      response.destroy();
    });
  };
}

async function exchange(options: ExchangeOptions, request: IncomingMessage, response: ServerResponse) {
  const startedAtMs = performance.now();
  const { match, reply } = await answer(options, request);
  if (options.isDraining()) response.setHeader("connection", "close");
  send(response, reply);
  const { method = "", url: path } = request;
  const route = match?.route.path ?? "unmatched";
  const durationMs = Math.round((performance.now() - startedAtMs) * 10) / 10;
  options.metrics.observe({ method, route, status: reply.status, durationMs });
  const level = match?.route.quiet ? "debug" : "info";
  options.logger[level]({ method, path, route, status: reply.status, durationMs }, "request");
}

async function answer(options: ExchangeOptions, request: IncomingMessage): Promise<{ match?: Match; reply: Reply }> {
  const [pathname = "", query] = (request.url ?? "").split(/\?(.*)/s);
  let match: Match | undefined;
  try {
    match = matchRoute(options.routes, request.method ?? "", pathname);
    const reply = await match.route.handle({
      parameters: match.parameters,
      query: new URLSearchParams(query),
      readJson: () => readJson(request),
    });
    return { match, reply };
  } catch (error) {
    return { ...(match && { match }), reply: errorReply(error, options.logger) };
  }
}

function errorReply(error: unknown, logger: Logger): Reply {
  if (error instanceof HttpError) {
    const { status, headers, code, message } = error;
    if (status >= 500) logger.error({ err: error }, message);
    return { status, headers, body: { error: { code, message } } };
  }
  logger.error({ err: error }, "unexpected failure");
  return {
    status: 500,
    body: { error: { code: "internal", message: "an unexpected failure; see the log" } },
  };
}

function send(response: ServerResponse, reply: Reply): void {
  if (reply.body === undefined) {
    response.writeHead(reply.status, reply.headers).end();
    return;
  }
  const text = `${JSON.stringify(reply.body)}\n`;
  response
    .writeHead(reply.status, {
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
      ...reply.headers,
    })
    .end(text);
}
