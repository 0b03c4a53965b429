import { openDatabase } from "../base/database.ts";
import { textFrom, wholeNumberFrom } from "../base/environment.ts";
import { exitOnCrash } from "../base/lifecycle.ts";
import { createLogger } from "../base/logger.ts";
import { connectPeer } from "../base/peer.ts";
import { readSecret } from "../base/secrets.ts";
import { seedAnalyst } from "./analyst.ts";
import { applyMigrations, listMigrations } from "./migrations.ts";
import { seedSample } from "./sample.ts";
import { waitFor } from "./wait.ts";

// The program of a Job: exits 0 when the database is as the platform needs it, else 1. Any number of runs end in the same.

const { env } = process;
const logger = createLogger("init-data");
exitOnCrash(logger);

const password = readSecret(env, "ANALYST_PASSWORD");
const embedding = connectPeer("embedding", textFrom(env, "EMBEDDING_URL"));
// A migration may rewrite a large table.
const database = openDatabase("init-data", env, logger, 600_000);
const deadlineMs = Date.now() + wholeNumberFrom(env, "WAIT_TIMEOUT_MS", 120_000);

await waitFor("the database", deadlineMs, logger, () => database.query("select 1"));
const applied = await applyMigrations(database, await listMigrations());
logger.info({ applied: applied.map(({ name }) => name) }, "the schema is up to date");

logger.info({ changed: await seedAnalyst(database, password) }, "the analyst can sign in");

// Embedding becomes ready with the schema, so there is always something to wait for at first.
const changed = await waitFor("embedding", deadlineMs, logger, () => seedSample(database, embedding));
logger.info({ changed }, "the sample document can be found");

await database.close();
