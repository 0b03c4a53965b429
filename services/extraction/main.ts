import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom, wholeNumberFrom } from "../base/environment.ts";
import { exitOnCrash, exitOnSignal } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { serverDependency } from "../base/model.ts";
import { connectPeer } from "../base/peer.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { portsFrom, startService } from "../base/service.ts";
import { startConsumer } from "./consumer.ts";
import { openQueue } from "./queue.ts";
import { addRoutes } from "./routes.ts";
import { textReader } from "./text/index.ts";

const logger = createLogger("extraction");
exitOnCrash(logger);

const { env } = process;
const folder = env["UPLOADS_DIR"] ?? "/uploads";
// After how long without a sign of life a document is taken from another replica.
const claimAfterMs = wholeNumberFrom(env, "CLAIM_AFTER_MS", 60_000);
const patience = {
  forgottenAfterMs: wholeNumberFrom(env, "FORGOTTEN_AFTER_MS", 60_000),
  // With what the HTTP server takes, under the 25 s after which the process is ended.
  finishTimeoutMs: wholeNumberFrom(env, "FINISH_TIMEOUT_MS", 15_000),
};
const transcription = {
  url: textFrom(env, "TRANSCRIPTION_URL").replace(/\/+$/, ""),
  model: env["TRANSCRIPTION_MODEL"] ?? "whisper-large-v3",
};
const database = openDatabase("extraction", env, logger);
const redis = connectRedis(env, logger);
const queue = openQueue(redis, claimAfterMs);
const embedding = connectPeer("embedding", textFrom(env, "EMBEDDING_URL"));
const textOf = textReader(transcription);
const consumer = startConsumer({ database, queue, embedding, textOf, folder, claimAfterMs, logger }, patience);

const service = await startService({
  ...portsFrom(env),
  logger,
  routes: (app) => addRoutes(app, database.query, queue),
  // Closed in this order: the consumer needs the others until it has ended.
  dependencies: [
    consumer,
    databaseDependency(database),
    schemaDependency(database, 1),
    redisDependency(redis),
    embedding.dependency,
    serverDependency("transcription", `${transcription.url}/health`),
  ],
});
exitOnSignal(service, logger);
