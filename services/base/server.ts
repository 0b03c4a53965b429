import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Dependency } from "./dependencies.ts";
import { drain, runningAnswers } from "./drain.ts";
import { wholeNumberFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { exchangeListener } from "./exchange.ts";
import { healthRoutes } from "./health.ts";
import type { Logger } from "./logger.ts";
import { createMetrics } from "./metrics.ts";
import type { Metrics } from "./metrics.ts";
import type { Route } from "./router.ts";

export interface ServiceOptions {
  readonly logger: Logger;
  readonly routes: readonly Route[];
  readonly dependencies: readonly Dependency[];
  /** 0 takes any free port. */
  readonly port: number;
  readonly metricsPort: number;
}

export interface Service {
  readonly port: number;
  readonly metricsPort: number;
  /** Takes no new connection, lets running requests finish, then closes the dependencies. */
  stop(): Promise<void>;
}

// Longer than the 60 s for which usual proxies keep an idle connection: were the service the
// first to close it, a request could meet a connection that is just going away.
const keepAliveTimeoutMs = 65_000;

/** `PORT` (8080) and `METRICS_PORT` (9090). */
export function portsFrom(env: Environment): Pick<ServiceOptions, "port" | "metricsPort"> {
  return {
    port: wholeNumberFrom(env, "PORT", 8080),
    metricsPort: wholeNumberFrom(env, "METRICS_PORT", 9090),
  };
}

/** Serves the routes and `/health/*` on `port` and `/metrics` on `metricsPort`; resolves when both listen. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { logger, dependencies } = options;
  const metrics = createMetrics();
  const routes = [...healthRoutes(dependencies, logger), ...options.routes];
  const isDraining = () => !server.listening;
  const server = createServer(exchangeListener({ routes, metrics, logger, isDraining }));
  server.keepAliveTimeout = keepAliveTimeoutMs;
  const running = runningAnswers(server);
  const metricsServer = createServer(metricsListener(metrics));
  const metricsPort = await listen(metricsServer, options.metricsPort);
  const port = await listen(server, options.port);
  logger.info({ port, metricsPort }, "listening");
  const stop = async () => {
    await drain(server, running);
    for (const dependency of dependencies) await dependency.close?.();
    await drain(metricsServer, new Set());
  };
  return { port, metricsPort, stop };
}

function metricsListener(metrics: Metrics): RequestListener {
  return (request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    void metrics.text().then((text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text));
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}
