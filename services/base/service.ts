import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import Fastify, { LogController } from "fastify";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
} from "fastify";
import { TypeBoxValidatorCompiler } from "@fastify/type-provider-typebox";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type { Dependency } from "./dependencies.ts";
import { drain, runningAnswers } from "./drain.ts";
import { wholeNumberFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { answerError, answerNotFound } from "./error-replies.ts";
import { addHealth } from "./health.ts";
import type { Logger } from "./logger.ts";
import { createMetrics, metricsListener } from "./metrics.ts";
import { observeRequests } from "./requests.ts";
import { requireUser } from "./users.ts";
import type { Users } from "./users.ts";

export { Type } from "./schema.ts";

/** What routes are added to: a route's `schema`, written with `Type`, checks a request and types it. */
export type App = FastifyInstance<
  Server,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface ServiceOptions {
  readonly logger: Logger;
  readonly dependencies: readonly Dependency[];
  /** Whoever calls a route must show a token of one of these; without it, anybody may call them. */
  readonly users?: Users;
  /** 0 takes any free port. */
  readonly port: number;
  readonly metricsPort: number;
  /** Adds the service's own routes. */
  routes(app: App): void | Promise<void>;
}

export interface Service {
  readonly port: number;
  readonly metricsPort: number;
  /** Takes no new connection, lets running requests finish, then closes the dependencies. */
  stop(): Promise<void>;
}

// Longer than the 60 s for which usual proxies keep an idle connection: were the service the
// first to close it, a request could meet a connection that is just going away.
const keepAliveTimeout = 65_000;

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
  const app = createApp(options);
  observeRequests(app, metrics, logger);
  addHealth(app, dependencies, logger);
  await app.register(async (scope) => {
    if (options.users !== undefined) requireUser(scope, options.users);
    await options.routes(scope);
  });
  const running = runningAnswers(app.server);
  await app.ready();
  const metricsServer = createServer(metricsListener(metrics));
  const metricsPort = await listen(metricsServer, options.metricsPort);
  const port = await listen(app.server, options.port);
  logger.info({ port, metricsPort }, "listening");
  const stop = async () => {
    await drain(app.server, running);
    await app.close();
    for (const dependency of dependencies) await dependency.close?.();
    await drain(metricsServer, new Set());
  };
  return { port, metricsPort, stop };
}

function createApp({ logger }: ServiceOptions): App {
  const app = Fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    keepAliveTimeout,
    frameworkErrors: (error, request, reply) => void answerError(error, request, reply),
  })
    .withTypeProvider<TypeBoxTypeProvider>()
    .setValidatorCompiler(TypeBoxValidatorCompiler);
  // Bodies are JSON; whoever takes another kind adds a parser for it.
  app.removeContentTypeParser("text/plain");
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  return app as unknown as App;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, () => resolve((server.address() as AddressInfo).port));
  });
}
