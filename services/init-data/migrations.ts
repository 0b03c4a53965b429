import { readdir, readFile } from "node:fs/promises";
import type { Database, Query } from "../base/database.ts";

export interface Migration {
  /** From the file name: `001_platform.sql` is 1. */
  readonly number: number;
  readonly name: string;
}

const folder = new URL("migrations/", import.meta.url);

// Any constant, as long as nothing else in this database locks the same one.
const lockKey = 7_031_001;

/** The migrations that come with this code, in the order of their numbers. */
export async function listMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+_.*\.sql$/.test(name));
  return names.map((name) => ({ number: Number.parseInt(name, 10), name })).toSorted((a, b) => a.number - b.number);
}

/**
 * Applies what is missing and returns it. Each migration is a transaction with its row in
 * `schema_migrations`, under a lock, so any number of runs at once end in the same schema.
 */
export async function applyMigrations(database: Database, migrations: readonly Migration[]): Promise<Migration[]> {
  await inLockedTransaction(database, (query) => query(createTable));
  const applied: Migration[] = [];
  for (const migration of migrations) {
    if (await inLockedTransaction(database, (query) => applyOnce(query, migration))) applied.push(migration);
  }
  return applied;
}

const createTable = `create table if not exists schema_migrations (
  number integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
)`;

async function applyOnce(query: Query, { number, name }: Migration): Promise<boolean> {
  const done = await query("select 1 from schema_migrations where number = $1", [number]);
  if (done.length > 0) return false;
  // Without values, so that the file may hold several statements.
  await query(await readFile(new URL(name, folder), "utf8"));
  await query("insert into schema_migrations (number, name) values ($1, $2)", [number, name]);
  return true;
}

// The lock is the transaction's, not the session's: it goes with the commit, whatever pools stand between.
function inLockedTransaction<Result>(database: Database, work: (query: Query) => Promise<Result>): Promise<Result> {
  return database.transaction(async (query) => {
    await query("select pg_advisory_xact_lock($1)", [lockKey]);
    return work(query);
  });
}
