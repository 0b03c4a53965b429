import type { Environment } from "./environment.ts";
import { exitOnCrash, exitOnSignal } from "./lifecycle.ts";
import { createLogger } from "./logger.ts";
import type { Logger } from "./logger.ts";
import { portsFrom, startService } from "./service.ts";
import type { ServiceOptions } from "./service.ts";

/** What a service is made of; all the rest is the same for every one. */
export type Parts = Pick<ServiceOptions, "users" | "dependencies" | "routes">;

/**
 * The whole program of a service: JSON logs under its name, ports from the environment, drained when it is stopped.
 * What `connect` throws is logged, and ends it.
 */
export async function runService(
  name: string,
  connect: (env: Environment, logger: Logger) => Parts | Promise<Parts>,
): Promise<void> {
  const logger = createLogger(name);
  exitOnCrash(logger);
  const parts = await connect(process.env, logger);
  exitOnSignal(await startService({ ...portsFrom(process.env), logger, ...parts }), logger);
}
