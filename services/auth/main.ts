import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { wholeNumberFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { readSecret } from "../base/secrets.ts";
import { portsFrom, startService } from "../base/service.ts";
import { signingKeyFrom } from "./keys.ts";
import { addRoutes } from "./routes.ts";
import { createTokens } from "./tokens.ts";

const logger = createLogger("auth");
exitOnCrash(logger);

const lifetimeSeconds = wholeNumberFrom(process.env, "TOKEN_LIFETIME_SECONDS", 3_600);
const key = await signingKeyFrom(readSecret(process.env, "AUTH_SEED"));
const database = openDatabase("auth", process.env, logger);
const redis = connectRedis(process.env, logger);
const tokens = createTokens(key, redis, lifetimeSeconds);

const service = await startService({
  ...portsFrom(process.env),
  logger,
  routes: (app) => addRoutes(app, { query: database.query, redis, key, tokens, lifetimeSeconds }),
  dependencies: [databaseDependency(database), schemaDependency(database, 1), redisDependency(redis)],
});
exitOnSignal(service, logger);
