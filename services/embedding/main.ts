import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { runService } from "../base/program.ts";
import { connectModel } from "./model.ts";
import { addRoutes } from "./routes.ts";

await runService("embedding", (env, logger) => {
  const database = openDatabase("embedding", env, logger);
  const { dependency, embed } = connectModel(env);
  return {
    dependencies: [databaseDependency(database), schemaDependency(database, 1), dependency],
    routes: (app) => addRoutes(app, database, embed),
  };
});
