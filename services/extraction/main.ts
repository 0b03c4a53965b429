import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom, wholeNumberFrom } from "../base/environment.ts";
import { connectPeer } from "../base/peer.ts";
import { runService } from "../base/program.ts";
import { addToQueue, workOnQueue } from "../base/queue.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { addDocuments, workerOf } from "./documents.ts";

await runService("extraction", (env, logger) => {
  const database = openDatabase("extraction", env, logger);
  const redis = connectRedis(env, logger);
  const embedding = connectPeer("embedding", textFrom(env, "EMBEDDING_URL"));
  const transcription = connectPeer("transcription", textFrom(env, "TRANSCRIPTION_URL"), "/health");
  const claimAfterMs = wholeNumberFrom(env, "CLAIM_AFTER_MS", 60_000);
  // With what the HTTP server takes, under the 25 s after which the process is ended.
  const finishTimeoutMs = wholeNumberFrom(env, "FINISH_TIMEOUT_MS", 15_000);
  const queue = { name: "extraction", field: "documentId", claimAfterMs, finishTimeoutMs };
  const parts = {
    query: database.query,
    add: (id: string) => addToQueue(redis, queue, id),
    forgottenAfterMs: 2 * claimAfterMs,
    folder: env["UPLOADS_DIR"] || "/uploads",
    embedding,
    transcription,
    model: env["TRANSCRIPTION_MODEL"] || "whisper-large-v3",
  };
  const worker = workOnQueue(redis, queue, workerOf(parts), logger);
  const own = [databaseDependency(database), schemaDependency(database, 1), redisDependency(redis)];
  return {
    // Closed in this order: the worker needs the others until it has ended.
    dependencies: [worker, ...own, embedding.dependency, transcription.dependency],
    routes: (app) => addDocuments(app, parts),
  };
});
