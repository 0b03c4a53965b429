import { openDatabase } from "../base/database.ts";
import { wholeNumberFrom } from "../base/environment.ts";
import { exitOnCrash } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { applyMigrations, listMigrations } from "./migrations.ts";
import { waitFor } from "./wait.ts";

// The program of a Job: exits 0 when the database is as the platform needs it, else 1.

const logger = createLogger("init-data");
exitOnCrash(logger);

const deadlineMs = Date.now() + wholeNumberFrom(process.env, "WAIT_TIMEOUT_MS", 120_000);
// A migration may rewrite a large table.
const database = openDatabase("init-data", process.env, logger, 600_000);

await waitFor("the database", deadlineMs, logger, () => database.query("select 1"));
const applied = await applyMigrations(database, await listMigrations());
logger.info({ applied: applied.map(({ name }) => name) }, "the schema is up to date");

await database.close();
