import { DatabaseError, Pool } from "pg";
import type { ClientBase, PoolConfig, QueryResultRow } from "pg";
import type { Dependency } from "./dependencies.ts";
import { textFrom, wholeNumberFrom } from "./environment.ts";
import type { Environment } from "./environment.ts";
import { HttpError } from "./errors.ts";
import type { Logger } from "./logger.ts";
import { readSecret } from "./secrets.ts";

/** The rows. Rejects with `HttpError` 503 when PostgreSQL cannot be reached or is going down. */
export type Query = <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<Row[]>;

export interface Database {
  readonly query: Query;
  /** All of it or nothing: what `work` asks is one transaction, undone when it rejects. */
  readonly transaction: <Result>(work: (query: Query) => Promise<Result>) => Promise<Result>;
  close(): Promise<void>;
}

/** `PGHOST`, `PGPORT` (5432), `PGUSER`, `PGDATABASE`, and the password from `PGPASSWORD_FILE`. */
export function connectionFrom(name: string, env: Environment): PoolConfig {
  return {
    host: textFrom(env, "PGHOST"),
    port: wholeNumberFrom(env, "PGPORT", 5432),
    user: textFrom(env, "PGUSER"),
    database: textFrom(env, "PGDATABASE"),
    // A function, so that a new connection uses the password as it is then.
    password: () => readSecret(env, "PGPASSWORD"),
    application_name: name,
    connectionTimeoutMillis: 2_000,
    keepAlive: true,
  };
}

/**
 * Opens no connection yet; connections that break are replaced by the next query. `name` is what the server shows.
 * No statement may take longer than `statementTimeoutMs`.
 */
export function openDatabase(name: string, env: Environment, logger: Logger, statementTimeoutMs = 5_000): Database {
  // The second limit is the client's own: it also holds when the server is gone without a word.
  const pool = new Pool({
    ...connectionFrom(name, env),
    max: 10,
    statement_timeout: statementTimeoutMs,
    query_timeout: statementTimeoutMs + 1_000,
  });
  // Without a listener, an idle connection that the server closes would end the process.
  pool.on("error", (error) => logger.warn({ err: error }, "an idle database connection broke"));
  return {
    query: queryOf(pool),
    transaction: async (work) => {
      const client = await pool.connect().catch(rethrow);
      try {
        return await inTransaction(client, work);
      } finally {
        client.release();
      }
    },
    close: () => pool.end(),
  };
}

export function databaseDependency(database: Database): Dependency {
  return {
    name: "database",
    check: () => database.query("select 1"),
    close: () => database.close(),
  };
}

/** Ready when migration `number`, which this code needs, is applied; more than that is fine. */
export function schemaDependency(database: Database, number: number): Dependency {
  const check = async () => {
    const rows = await database.query("select 1 from schema_migrations where number = $1", [number]);
    if (rows.length === 0) throw new Error(`migration ${number} is not applied`);
  };
  return { name: "schema", check };
}

/**
 * True when trying again later may help. An error that PostgreSQL did not send is one of the
 * connection; of those it sends, classes 08, 53 and 57 mean "not now" (PostgreSQL, appendix A).
 */
export function isUnavailable(error: unknown): boolean {
  return !(error instanceof DatabaseError) || /^(08|53|57)/.test(error.code ?? "");
}

async function inTransaction<Result>(client: ClientBase, work: (query: Query) => Promise<Result>): Promise<Result> {
  const query = queryOf(client);
  await query("begin");
  try {
    const result = await work(query);
    await query("commit");
    return result;
  } catch (error) {
    // The first error is the one that matters; on a broken connection the server rolls back by itself.
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}

function queryOf(client: Pool | ClientBase): Query {
  return async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
    // No list at all without values: only then does PostgreSQL take several statements in one text.
    const result = await client.query<Row>(text, values.length === 0 ? undefined : [...values]).catch(rethrow);
    return result.rows;
  };
}

function rethrow(cause: unknown): never {
  if (!isUnavailable(cause)) throw cause;
  throw new HttpError(503, "database_unavailable", "the database does not answer", { cause });
}
