import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { modelFrom } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { gamesIn } from "./games.ts";
import { opponentOf } from "./opponent.ts";
import { addGames } from "./routes.ts";

const logger = createLogger("wargame");
exitOnCrash(logger);

const users = usersFrom(process.env);
const database = openDatabase("wargame", process.env, logger);
const agent = connectPeer("agent", textFrom(process.env, "AGENT_URL"));
const model = modelFrom(process.env);
const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  dependencies: [
    users.dependency,
    databaseDependency(database),
    schemaDependency(database, 1),
    agent.dependency,
    model.dependency,
  ],
  routes: (app) => addGames(app, { games: gamesIn(database), opponent: opponentOf(model), agent }),
});
exitOnSignal(service, logger);
