import { textFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { serverDependency } from "../base/model.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { addChat } from "./routes.ts";

const logger = createLogger("direct-chat");
exitOnCrash(logger);

const users = usersFrom(process.env);
const ollama = textFrom(process.env, "OLLAMA_URL");
const desktop = process.env["DESKTOP_MODELS_URL"];
const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  // A desktop comes and goes: whether it answers says nothing about this service.
  dependencies: [users.dependency, serverDependency("ollama", `${ollama}/api/version`)],
  routes: (app) => addChat(app, process.env["MODEL_NAME"] || "mage-small", { ollama, desktop }),
});
exitOnSignal(service, logger);
