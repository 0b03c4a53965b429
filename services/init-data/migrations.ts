import { readdir, readFile } from "node:fs/promises";
import type { Database, Query } from "../base/database.ts";

const folder = new URL("migrations/", import.meta.url);

// Any constant, as long as nothing else in this database locks the same one.
const lockKey = 7_031_001;

/**
 * Applies what is missing of `migrations/`, in the order of the numbers that names begin with, and returns the names. Each
 * is a transaction with its row in `schema_migrations`, under a lock, so any number of runs at once end in the same schema.
 */
export async function applyMigrations(database: Database): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => /^\d+_.*\.sql$/.test(name));
  const applied: string[] = [];
  for (const name of names.toSorted((a, b) => numberOf(a) - numberOf(b))) {
    if (await database.transaction((query) => applyOnce(query, name))) applied.push(name);
  }
  return applied;
}

async function applyOnce(query: Query, name: string): Promise<boolean> {
  // The lock is the transaction's, not the session's: it goes with the commit, whatever pools stand between.
  await query("select pg_advisory_xact_lock($1)", [lockKey]);
  await query(`create table if not exists schema_migrations
    (number integer primary key, name text not null, applied_at timestamptz not null default now())`);
  const insert = "insert into schema_migrations (number, name) values ($1, $2) on conflict do nothing returning number";
  if ((await query(insert, [numberOf(name), name])).length === 0) return false;
  // Without values, so that the file may hold several statements.
  await query(await readFile(new URL(name, folder), "utf8"));
  return true;
}

function numberOf(name: string): number {
  return Number.parseInt(name, 10);
}
