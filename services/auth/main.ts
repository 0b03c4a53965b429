import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { wholeNumberFrom } from "../base/environment.ts";
import { runService } from "../base/program.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { readSecret } from "../base/secrets.ts";
import { addRoutes } from "./routes.ts";
import { tokensFrom } from "./tokens.ts";

await runService("auth", async (env, logger) => {
  const lifetimeSeconds = wholeNumberFrom(env, "TOKEN_LIFETIME_SECONDS", 3_600);
  const tokens = await tokensFrom(readSecret(env, "AUTH_SEED"), lifetimeSeconds);
  const database = openDatabase("auth", env, logger);
  const redis = connectRedis(env, logger);
  return {
    dependencies: [databaseDependency(database), schemaDependency(database, 1), redisDependency(redis)],
    routes: (app) => addRoutes(app, database.query, redis, tokens),
  };
});
