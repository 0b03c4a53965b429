import { access, constants } from "node:fs/promises";
import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { wholeNumberFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { sweepTemporary } from "./files.ts";
import { addRoutes } from "./routes.ts";

const logger = createLogger("upload");
exitOnCrash(logger);

const folder = process.env["UPLOADS_DIR"] ?? "/uploads";
const maxBytes = wholeNumberFrom(process.env, "MAX_UPLOAD_BYTES", 512 * 1024 * 1024);
const database = openDatabase("upload", process.env, logger);
const redis = connectRedis(process.env, logger);
const users = usersFrom(process.env);
const enqueue = (documentId: string) => redis.xadd("extraction", "*", "documentId", documentId);

const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  routes: (app) => addRoutes(app, { query: database.query, enqueue, folder, maxBytes }),
  dependencies: [
    databaseDependency(database),
    schemaDependency(database, 1),
    redisDependency(redis),
    users.dependency,
    { name: "uploads", check: () => access(folder, constants.W_OK) },
  ],
});
exitOnSignal(service, logger);

// Whether the folder is there at all is a matter of readiness.
const removed = await sweepTemporary(folder, new Date()).catch(() => 0);
if (removed > 0) logger.info({ removed }, "removed what was never completely received");
