import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { addConversations } from "./routes.ts";
import { conversationsIn } from "./conversations.ts";

const logger = createLogger("core");
exitOnCrash(logger);

const users = usersFrom(process.env);
const database = openDatabase("core", process.env, logger);
const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  dependencies: [users.dependency, databaseDependency(database), schemaDependency(database, 1)],
  routes: (app) => addConversations(app, conversationsIn(database)),
});
exitOnSignal(service, logger);
