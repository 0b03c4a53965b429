import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom } from "../base/environment.ts";
import { connectPeer } from "../base/peer.ts";
import { runService } from "../base/program.ts";
import { usersFrom } from "../base/users.ts";
import { addReports } from "./reports.ts";

await runService("report-builder", (env, logger) => {
  const users = usersFrom(env);
  const database = openDatabase("report-builder", env, logger);
  const core = connectPeer("core", textFrom(env, "CORE_URL"));
  return {
    users,
    dependencies: [users.dependency, databaseDependency(database), schemaDependency(database, 1), core.dependency],
    routes: (app) => addReports(app, core, database, env["UPLOADS_DIR"] || "/uploads"),
  };
});
