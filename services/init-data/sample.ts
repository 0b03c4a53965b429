import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Database } from "../base/database.ts";
import type { Peer } from "../base/peer.ts";

// Always the same, so that a later text takes the place of an earlier.
const id = "5a3b1e00-0000-4000-8000-000000000001";
const name = "About this platform.md";
const file = new URL("sample.md", import.meta.url);

/** Makes the sample document, which everyone finds. True when it was not there as it is now; it has no file, only its text. */
export async function seedSample(database: Database, embedding: Peer): Promise<boolean> {
  const text = await readFile(file, "utf8");
  const sha256 = createHash("sha256").update(text).digest("hex");
  const done = await database.query("select 1 from documents where id = $1 and sha256 = $2 and status = 'ready'", [
    id,
    sha256,
  ]);
  if (done.length > 0) return false;
  const upsert = `insert into documents (id, owner, name, media_type, size_bytes, sha256, status, text)
    values ($1, 'everyone', $2, 'text/markdown', $3, $4, 'embedding', $5)
    on conflict (id) do update set owner = excluded.owner, name = excluded.name, size_bytes = excluded.size_bytes,
      sha256 = excluded.sha256, status = excluded.status, text = excluded.text, error = null, updated_at = now()`;
  await database.query(upsert, [id, name, Buffer.byteLength(text), sha256, text]);
  await embedding.request("PUT", `/documents/${id}/passages`, { body: { text } });
  await database.query("update documents set status = 'ready', updated_at = now() where id = $1", [id]);
  return true;
}
