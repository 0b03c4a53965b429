import type { Logger } from "./logger.ts";
import type { Service } from "./service.ts";

// Under the 30 s that Kubernetes waits by default before it kills.
const drainTimeoutMs = 25_000;

/** Logs an error nobody caught as one JSON line and exits 1, instead of a bare stack on stderr. */
export function exitOnCrash(logger: Logger): void {
  process.on("uncaughtException", (error) => {
    logger.fatal({ err: error }, "crashed");
    process.exit(1);
  });
}

/**
 * On SIGTERM or SIGINT: stops the service and exits 0, or exits 1 when requests
 * are still running after 25 s. A second signal changes nothing.
 */
export function exitOnSignal(service: Service, logger: Logger): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals) => {
    if (stopping) return;
    stopping = true;
    logger.info({ signal }, "draining");
    setTimeout(() => exit(logger, 1, "requests were cut off"), drainTimeoutMs).unref();
    void service.stop().then(() => exit(logger, 0, "stopped"));
  };
  process.on("SIGTERM", stop);
  process.on("SIGINT", stop);
}

function exit(logger: Logger, code: 0 | 1, message: string): never {
  logger[code === 0 ? "info" : "error"](message);
  process.exit(code);
}
