import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom } from "../base/environment.ts";
import { modelFrom } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { runService } from "../base/program.ts";
import { usersFrom } from "../base/users.ts";
import { addGames } from "./games.ts";

await runService("wargame", (env, logger) => {
  const users = usersFrom(env);
  const database = openDatabase("wargame", env, logger);
  const agent = connectPeer("agent", textFrom(env, "AGENT_URL"));
  const model = modelFrom(env);
  const own = [users.dependency, databaseDependency(database), schemaDependency(database, 1)];
  return {
    users,
    dependencies: [...own, agent.dependency, model.dependency],
    routes: (app) => addGames(app, database, agent, model),
  };
});
