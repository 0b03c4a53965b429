import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { portsFrom, startService } from "../base/service.ts";
import { connectModel } from "./model.ts";
import { addRoutes } from "./routes.ts";

const logger = createLogger("embedding");
exitOnCrash(logger);

const database = openDatabase("embedding", process.env, logger);
const model = connectModel(process.env);

const service = await startService({
  ...portsFrom(process.env),
  logger,
  routes: (app) => addRoutes(app, database, model),
  dependencies: [databaseDependency(database), schemaDependency(database, 1), model.dependency],
});
exitOnSignal(service, logger);
