import { Redis } from "ioredis";
import type { Dependency } from "./dependencies.ts";
import { textFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import type { Logger } from "./logger.ts";

export type { Redis };

/**
 * Connects to `REDIS_URL` and again whenever it is lost; a command fails after two seconds without a connection,
 * and after three without an answer. Commands that block take a connection without that limit:
 * `redis.duplicate({ commandTimeout: undefined })`.
 */
export function connectRedis(env: Environment, logger: Logger): Redis {
  const redis = new Redis(textFrom(env, "REDIS_URL"), {
    connectTimeout: 2_000,
    commandTimeout: 3_000,
    maxRetriesPerRequest: 4,
    retryStrategy: (attempt) => Math.min(attempt * 100, 2_000),
  });
  // Without a listener each failed attempt would be printed as it is.
  redis.on("error", (error) => logger.warn({ err: error }, "the connection to Redis broke"));
  return redis;
}

export function redisDependency(redis: Redis): Dependency {
  return {
    name: "redis",
    check: () => redis.ping(),
    close: async () => redis.disconnect(),
  };
}
