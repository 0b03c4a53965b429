import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { createLogger } from "../base/logger.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { portsFrom, startService } from "../base/service.ts";

const logger = createLogger("core");
exitOnCrash(logger);

const database = openDatabase("core", process.env, logger);
const service = await startService({
  ...portsFrom(process.env),
  logger,
  routes: () => undefined,
  dependencies: [databaseDependency(database), schemaDependency(database, 1)],
});
exitOnSignal(service, logger);
