import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { runService } from "../base/program.ts";
import { usersFrom } from "../base/users.ts";
import { conversationsIn } from "./conversations.ts";
import { addRoutes } from "./routes.ts";

await runService("core", (env, logger) => {
  const users = usersFrom(env);
  const database = openDatabase("core", env, logger);
  return {
    users,
    dependencies: [users.dependency, databaseDependency(database), schemaDependency(database, 1)],
    routes: (app) => addRoutes(app, conversationsIn(database)),
  };
});
