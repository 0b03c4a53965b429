import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Database } from "../base/database.ts";
import { hashPassword, verifyPassword } from "../base/passwords.ts";
import type { Peer } from "../base/peer.ts";

// What every platform begins with. Each resolves with true when anything changed.

/** The user `analyst`, with this password. */
export async function seedAnalyst({ query }: Database, password: string): Promise<boolean> {
  if (password === "") throw new Error("ANALYST_PASSWORD is empty");
  const select = "select password_hash from users where name = 'analyst' and roles = '{analyst}'";
  const [user] = await query<{ password_hash: string }>(select);
  if (user !== undefined && (await verifyPassword(password, user.password_hash))) return false;
  const upsert = `insert into users (name, password_hash, roles) values ('analyst', $1, '{analyst}')
    on conflict (name) do update set password_hash = excluded.password_hash, roles = excluded.roles`;
  await query(upsert, [await hashPassword(password)]);
  return true;
}

// Always the same, so that a later text takes the place of an earlier.
const id = "5a3b1e00-0000-4000-8000-000000000001";

/** The sample document, which everyone finds; it has no file, only its text. */
export async function seedSample({ query }: Database, embedding: Peer): Promise<boolean> {
  const text = await readFile(new URL("sample.md", import.meta.url), "utf8");
  const sha256 = createHash("sha256").update(text).digest("hex");
  const select = "select 1 from documents where id = $1 and sha256 = $2 and status = 'ready'";
  if ((await query(select, [id, sha256])).length > 0) return false;
  const upsert = `insert into documents (id, owner, name, media_type, size_bytes, sha256, status, text)
    values ($1, 'everyone', 'About this platform.md', 'text/markdown', $2, $3, 'embedding', $4)
    on conflict (id) do update set size_bytes = excluded.size_bytes, sha256 = excluded.sha256, status = excluded.status,
      text = excluded.text, error = null, updated_at = now()`;
  await query(upsert, [id, Buffer.byteLength(text), sha256, text]);
  await embedding.request("PUT", `/documents/${id}/passages`, { body: { text } });
  await query("update documents set status = 'ready', updated_at = now() where id = $1", [id]);
  return true;
}
