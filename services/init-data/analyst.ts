import type { Database } from "../base/database.ts";
import { hashPassword, verifyPassword } from "../base/passwords.ts";

const name = "analyst";
const roles = ["analyst"];

/** Makes the user `analyst`, or gives it this password when it has another. True when anything changed. */
export async function seedAnalyst(database: Database, password: string): Promise<boolean> {
  if (password === "") throw new Error("ANALYST_PASSWORD is empty");
  const sql = "select password_hash from users where name = $1 and roles = $2";
  const [user] = await database.query<{ password_hash: string }>(sql, [name, roles]);
  if (user !== undefined && (await verifyPassword(password, user.password_hash))) return false;
  const upsert = `insert into users (name, password_hash, roles) values ($1, $2, $3)
    on conflict (name) do update set password_hash = excluded.password_hash, roles = excluded.roles`;
  await database.query(upsert, [name, await hashPassword(password), roles]);
  return true;
}
