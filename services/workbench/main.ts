import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { modelFrom } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { documentsIn } from "./documents.ts";
import { addDocuments } from "./routes.ts";
import { summarizerOf } from "./summary.ts";

const logger = createLogger("workbench");
exitOnCrash(logger);

const users = usersFrom(process.env);
const database = openDatabase("workbench", process.env, logger);
const extraction = connectPeer("extraction", textFrom(process.env, "EXTRACTION_URL"));
const model = modelFrom(process.env);
const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  dependencies: [
    users.dependency,
    databaseDependency(database),
    schemaDependency(database, 1),
    extraction.dependency,
    model.dependency,
  ],
  routes: (app) =>
    addDocuments(app, {
      documents: documentsIn(database),
      extraction,
      folder: process.env["UPLOADS_DIR"] || "/uploads",
      summarize: summarizerOf(model),
    }),
});
exitOnSignal(service, logger);
