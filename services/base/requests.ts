import type { Logger } from "./logger.ts";
import type { Metrics } from "./metrics.ts";
import type { App } from "./service.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Logged at debug only: probes come every few seconds. */
    quiet?: true;
  }
}

/** A metric and a log line for every request; while the service stops, clients are asked to leave their connection. */
export function observeRequests(app: App, metrics: Metrics, logger: Logger): void {
  app.addHook("onSend", async (_request, reply) => {
    if (!app.server.listening) reply.header("connection", "close");
  });
  app.addHook("onResponse", async (request, reply) => {
    const { method, url: path } = request;
    const route = request.routeOptions.url ?? "unmatched";
    const durationMs = Math.round(reply.elapsedTime * 10) / 10;
    metrics.observe({ method, route, status: reply.statusCode, durationMs });
    const level = request.routeOptions.config.quiet ? "debug" : "info";
    logger[level]({ method, path, route, status: reply.statusCode, durationMs }, "request");
  });
}
