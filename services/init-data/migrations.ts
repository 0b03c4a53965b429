import { readdir, readFile } from "node:fs/promises";
import type { ClientBase } from "pg";
import type { Dependency } from "../base/dependencies.ts";
import type { Database } from "./database.ts";

export interface Migration {
  /** From the file name: `001_questions.sql` is 1. */
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
export async function applyMigrations(client: ClientBase, migrations: readonly Migration[]): Promise<Migration[]> {
  await inLockedTransaction(client, () => client.query(createTable));
  const applied: Migration[] = [];
  for (const migration of migrations) {
    if (await inLockedTransaction(client, () => applyOnce(client, migration))) applied.push(migration);
  }
  return applied;
}

/** Ready when every migration of this code is applied; more than that (an older version of the code) is fine. */
export function schemaDependency(database: Database, migrations: readonly Migration[]): Dependency {
  const check = async () => {
    const rows = await database.query<{ number: number }>("select number from schema_migrations");
    const applied = new Set(rows.map((row) => row.number));
    const missing = migrations.filter(({ number }) => !applied.has(number)).map(({ name }) => name);
    if (missing.length > 0) throw new Error(`not migrated: ${missing.join(", ")}`);
  };
  return { name: "schema", check };
}

const createTable = `create table if not exists schema_migrations (
  number integer primary key,
  name text not null,
  applied_at timestamptz not null default now()
)`;

async function applyOnce(client: ClientBase, { number, name }: Migration): Promise<boolean> {
  const done = await client.query("select 1 from schema_migrations where number = $1", [number]);
  if (done.rowCount !== 0) return false;
  await client.query(await readFile(new URL(name, folder), "utf8"));
  await client.query("insert into schema_migrations (number, name) values ($1, $2)", [number, name]);
  return true;
}

// The lock is the transaction's, not the session's: it goes with the commit, whatever pools stand between.
async function inLockedTransaction<Result>(client: ClientBase, work: () => Promise<Result>): Promise<Result> {
  await client.query("begin");
  try {
    await client.query("select pg_advisory_xact_lock($1)", [lockKey]);
    const result = await work();
    await client.query("commit");
    return result;
  } catch (error) {
    // The first error is the one that matters; on a broken connection the server rolls back by itself.
    await client.query("rollback").catch(() => undefined);
    throw error;
  }
}
