import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { wholeNumberFrom } from "../base/environment.ts";
import { reasonOf } from "../base/errors.ts";
import { exitOnCrash } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { connectionFrom, isUnavailable } from "./database.ts";
import { applyMigrations, listMigrations } from "./migrations.ts";

// The program of the migration Job: exits 0 when the schema is what this code needs, else 1.

const logger = createLogger("core-migrate");
exitOnCrash(logger);

const client = await connectBefore(Date.now() + wholeNumberFrom(process.env, "MIGRATE_TIMEOUT_MS", 120_000));
const applied = await applyMigrations(client, await listMigrations());
logger.info({ applied: applied.map(({ name }) => name) }, "schema is up to date");
await client.end();

// Waits for a database that is still starting, but not for one that refuses: a wrong password stays wrong.
async function connectBefore(deadlineMs: number): Promise<Client> {
  for (let delayMs = 250; ; delayMs = Math.min(delayMs * 2, 2_000)) {
    const attempt = new Client(connectionFrom(process.env));
    try {
      await attempt.connect();
      return attempt;
    } catch (error) {
      if (!isUnavailable(error) || Date.now() + delayMs > deadlineMs) throw error;
      logger.info({ reason: reasonOf(error), delayMs }, "waiting for the database");
    }
    await sleep(delayMs);
  }
}
