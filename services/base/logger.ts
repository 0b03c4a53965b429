import { destination, pino, stdTimeFunctions } from "pino";
import type { Logger } from "pino";
import type { Environment } from "./environment.ts";

export type { Logger };

/**
 * JSON lines on stdout: `level` (a word), `time` (ISO 8601), `service`, `message`.
 * `LOG_LEVEL` is one of trace, debug, info, warn, error, fatal, silent; default info.
 * Written synchronously, so that the last lines before an exit are neither lost nor out of order.
 */
export function createLogger(service: string, env: Environment = process.env): Logger {
  const options = {
    level: env["LOG_LEVEL"] ?? "info",
    base: { service },
    messageKey: "message",
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination({ fd: 1, sync: true }));
}
