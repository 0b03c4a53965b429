import { databaseDependency, openDatabase, schemaDependency } from "../base/database.ts";
import { textFrom } from "../base/environment.ts";
import { connectPeer } from "../base/peer.ts";
import { runService } from "../base/program.ts";
import { addToQueue, queueFrom, workOnQueue } from "../base/queue.ts";
import { connectRedis, redisDependency } from "../base/redis.ts";
import { transcriptionFrom } from "../base/transcription.ts";
import { addDocuments, workerOf } from "./documents.ts";

await runService("extraction", (env, logger) => {
  const database = openDatabase("extraction", env, logger);
  const redis = connectRedis(env, logger);
  const embedding = connectPeer("embedding", textFrom(env, "EMBEDDING_URL"));
  const transcription = transcriptionFrom(env);
  const queue = queueFrom(env, "extraction", "documentId");
  const parts = {
    query: database.query,
    add: (id: string) => addToQueue(redis, queue, id),
    forgottenAfterMs: 2 * queue.claimAfterMs,
    folder: env["UPLOADS_DIR"] || "/uploads",
    embedding,
    transcription,
  };
  const worker = workOnQueue(redis, queue, workerOf(parts), logger);
  const own = [databaseDependency(database), schemaDependency(database, 1), redisDependency(redis)];
  return {
    // Closed in this order: the worker needs the others until it has ended.
    dependencies: [worker, ...own, embedding.dependency, transcription.dependency],
    routes: (app) => addDocuments(app, parts),
  };
});
