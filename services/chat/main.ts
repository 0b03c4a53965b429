import { textFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { modelFrom } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { portsFrom, startService } from "../base/service.ts";
import { usersFrom } from "../base/users.ts";
import { locksIn } from "./locks.ts";
import { addAsk } from "./routes.ts";
import { speakerOf } from "./speaker.ts";

const logger = createLogger("chat");
exitOnCrash(logger);

const users = usersFrom(process.env);
const core = connectPeer("core", textFrom(process.env, "CORE_URL"));
const embedding = connectPeer("embedding", textFrom(process.env, "EMBEDDING_URL"));
const redis = connectRedis(process.env, logger);
const model = modelFrom(process.env);
const service = await startService({
  ...portsFrom(process.env),
  logger,
  users,
  dependencies: [users.dependency, core.dependency, embedding.dependency, redisDependency(redis), model.dependency],
  routes: (app) => addAsk(app, { core, embedding, locks: locksIn(redis), speaker: speakerOf(model) }),
});
exitOnSignal(service, logger);
