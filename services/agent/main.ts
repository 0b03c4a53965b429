import { textFrom, wholeNumberFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { modelFrom } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { addTasks } from "./routes.ts";
import { tasksIn } from "./tasks.ts";
import { thinkerOf } from "./thinker.ts";
import { toolsOf } from "./tools.ts";

const logger = createLogger("agent");
exitOnCrash(logger);

const users = usersFrom(process.env);
const core = connectPeer("core", textFrom(process.env, "CORE_URL"));
const redis = connectRedis(process.env, logger);
const model = modelFrom(process.env);
const tools = toolsOf(core, redis);
const loop = { tools, think: thinkerOf(model, tools), maxSteps: wholeNumberFrom(process.env, "MAX_STEPS", 8) };
const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  dependencies: [users.dependency, core.dependency, redisDependency(redis), model.dependency],
  routes: (app) => addTasks(app, loop, tasksIn(redis)),
});
exitOnSignal(service, logger);
