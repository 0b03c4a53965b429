import { DatabaseError, Pool } from "pg";
import type { PoolConfig, QueryResultRow } from "pg";
import type { Dependency } from "../base/dependencies.ts";
import { textFrom, wholeNumberFrom } from "../base/environment.ts";
import type { Environment } from "../base/environment.ts";
import { HttpError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { readSecret } from "../base/secrets.ts";

export interface Database {
  /** The rows. Rejects with `HttpError` 503 when PostgreSQL cannot be reached or is going down. */
  query<Row extends QueryResultRow>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  close(): Promise<void>;
}

/** `PGHOST`, `PGPORT` (5432), `PGUSER`, `PGDATABASE`, and the password from `PGPASSWORD_FILE`. */
export function connectionFrom(env: Environment): PoolConfig {
  return {
    host: textFrom(env, "PGHOST"),
    port: wholeNumberFrom(env, "PGPORT", 5432),
    user: textFrom(env, "PGUSER"),
    database: textFrom(env, "PGDATABASE"),
    // A function, so that a new connection uses the password as it is then.
    password: () => readSecret(env, "PGPASSWORD"),
    application_name: "core",
    connectionTimeoutMillis: 2_000,
    keepAlive: true,
  };
}

/** Opens no connection yet; connections that break are replaced by the next query. */
export function openDatabase(env: Environment, logger: Logger): Database {
  // The second limit is the client's own: it also holds when the server is gone without a word.
  const pool = new Pool({
    ...connectionFrom(env),
    max: 10,
    statement_timeout: 5_000,
    query_timeout: 6_000,
  });
  // Without a listener, an idle connection that the server closes would end the process.
  pool.on("error", (error) => logger.warn({ err: error }, "an idle database connection broke"));
  return {
    query: async <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
      const result = await pool.query<Row>(text, [...values]).catch(rethrow);
      return result.rows;
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

/**
 * True when trying again later may help. An error that PostgreSQL did not send is one of the
 * connection; of those it sends, classes 08, 53 and 57 mean "not now" (PostgreSQL, appendix A).
 */
export function isUnavailable(error: unknown): boolean {
  return !(error instanceof DatabaseError) || /^(08|53|57)/.test(error.code ?? "");
}

function rethrow(cause: unknown): never {
  if (!isUnavailable(cause)) throw cause;
  throw new HttpError(503, "database_unavailable", "the database does not answer", { cause });
}
