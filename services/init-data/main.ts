import { setTimeout as sleep } from "node:timers/promises";
import { openDatabase } from "../base/database.ts";
import { textFrom, wholeNumberFrom } from "../base/environment.ts";
import { HttpError, reasonOf } from "../base/errors.ts";
import { exitOnCrash } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { connectPeer } from "../base/peer.ts";
import { readSecret } from "../base/secrets.ts";
import { applyMigrations } from "./migrations.ts";
import { seedAnalyst, seedSample } from "./seed.ts";

// The program of a Job: exits 0 when the database is as the platform needs it, else 1. Any number of runs end in the same.

const { env } = process;
const logger = createLogger("init-data");
exitOnCrash(logger);

const password = readSecret(env, "ANALYST_PASSWORD");
const embedding = connectPeer("embedding", textFrom(env, "EMBEDDING_URL"));
// A migration may rewrite a large table.
const database = openDatabase("init-data", env, logger, 600_000);
const deadlineMs = Date.now() + wholeNumberFrom(env, "WAIT_TIMEOUT_MS", 120_000);

await waitFor("the database", () => database.query("select 1"));
logger.info({ applied: await applyMigrations(database) }, "the schema is up to date");
logger.info({ changed: await seedAnalyst(database, password) }, "the analyst can sign in");
// Embedding becomes ready with the schema, so there is always something to wait for at first.
const changed = await waitFor("embedding", () => seedSample(database, embedding));
logger.info({ changed }, "the sample document can be found");
await database.close();

// Only what may come by itself is waited for (503, and 502 of a service that still starts): a wrong password stays wrong.
async function waitFor<Result>(what: string, attempt: () => Promise<Result>): Promise<Result> {
  for (let delayMs = 250; ; delayMs = Math.min(delayMs * 2, 2_000)) {
    try {
      return await attempt();
    } catch (error) {
      const isTemporary = error instanceof HttpError && error.status >= 502;
      if (!isTemporary || Date.now() + delayMs > deadlineMs) throw error;
      logger.info({ reason: reasonOf(error), delayMs }, `waiting for ${what}`);
    }
    await sleep(delayMs);
  }
}
