import { access, constants } from "node:fs/promises";
import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { wholeNumberFrom } from "../base/environment.ts";
import { runService } from "../base/program.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { usersFrom } from "../base/users.ts";
import { sweep } from "./files.ts";
import { addRoutes } from "./routes.ts";

await runService("upload", (env, logger) => {
  const folder = env["UPLOADS_DIR"] ?? "/uploads";
  const maxBytes = wholeNumberFrom(env, "MAX_UPLOAD_BYTES", 512 * 1024 * 1024);
  const users = usersFrom(env);
  const database = openDatabase("upload", env, logger);
  const redis = connectRedis(env, logger);
  sweep(folder).catch((error: unknown) => logger.warn({ err: error }, "what was never received could not be removed"));
  return {
    users,
    dependencies: [
      users.dependency,
      databaseDependency(database),
      schemaDependency(database, 1),
      redisDependency(redis),
      { name: "uploads", check: () => access(folder, constants.W_OK) },
    ],
    routes: (app) => addRoutes(app, database.query, redis, folder, maxBytes),
  };
});
