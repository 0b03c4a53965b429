import { createLogger } from "../base/logger.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { portsFrom, startService } from "../base/server.ts";
import { databaseDependency, openDatabase } from "./database.ts";
import { listMigrations, schemaDependency } from "./migrations.ts";
import { connectModel } from "./model.ts";
import { questionRoutes } from "./questions.ts";
import { createStore } from "./store.ts";

const logger = createLogger("core");
exitOnCrash(logger);

const database = openDatabase(process.env, logger);
const model = connectModel(process.env);
const service = await startService({
  ...portsFrom(process.env),
  logger,
  routes: questionRoutes(createStore(database), model),
  dependencies: [
    databaseDependency(database),
    schemaDependency(database, await listMigrations()),
    { name: "model", check: (signal) => model.check(signal) },
  ],
});
exitOnSignal(service, logger);
