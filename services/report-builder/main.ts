import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { connectPeer } from "../base/peer.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { reportsIn } from "./reports.ts";
import { addReports } from "./routes.ts";

const logger = createLogger("report-builder");
exitOnCrash(logger);

const users = usersFrom(process.env);
const database = openDatabase("report-builder", process.env, logger);
const core = connectPeer("core", textFrom(process.env, "CORE_URL"));
const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  dependencies: [users.dependency, databaseDependency(database), schemaDependency(database, 1), core.dependency],
  routes: (app) => addReports(app, core, reportsIn(database, process.env["UPLOADS_DIR"] || "/uploads")),
});
exitOnSignal(service, logger);
