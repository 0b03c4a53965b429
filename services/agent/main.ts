import { textFrom } from "../base/environment.ts";
import { modelFrom } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { runService } from "../base/program.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { usersFrom } from "../base/users.ts";
import { addTasks } from "./tasks.ts";

await runService("agent", (env, logger) => {
  const users = usersFrom(env);
  const core = connectPeer("core", textFrom(env, "CORE_URL"));
  const redis = connectRedis(env, logger);
  const model = modelFrom(env);
  return {
    users,
    dependencies: [users.dependency, core.dependency, redisDependency(redis), model.dependency],
    routes: (app) => addTasks(app, { core, model, redis }),
  };
});
