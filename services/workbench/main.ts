import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom } from "../base/environment.ts";
import { modelFrom } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { runService } from "../base/program.ts";
import { usersFrom } from "../base/users.ts";
import { addDocuments, addWork } from "./documents.ts";

await runService("workbench", (env, logger) => {
  const users = usersFrom(env);
  const database = openDatabase("workbench", env, logger);
  const extraction = connectPeer("extraction", textFrom(env, "EXTRACTION_URL"));
  const model = modelFrom(env);
  const own = [users.dependency, databaseDependency(database), schemaDependency(database, 1)];
  return {
    users,
    dependencies: [...own, extraction.dependency, model.dependency],
    routes: (app) => {
      addDocuments(app, database, env["UPLOADS_DIR"] || "/uploads");
      addWork(app, database, extraction, model);
    },
  };
});
