import type { Database } from "../base/database.ts";
import { found } from "../base/rows.ts";

const insertSize = 100;
const insert = `insert into passages (document_id, position, text, embedding)
  select $1, $2::integer + n, text, embedding
  from unnest($3::text[], $4::vector[]) with ordinality as given (text, embedding, n)`;
// The score is the cosine of the angle between passage and query: 1 is the same direction.
const nearest = `select d.id as "documentId", d.name as document, p.position, p.text, 1 - (p.embedding <=> $1::vector) as score
  from passages p join documents d on d.id = p.document_id
  where d.owner in ($2, 'everyone') order by p.embedding <=> $1::vector limit $3`;

/** Puts these in the place of whatever passages the document has. Rejects with `HttpError` 404 when there is none. */
export function replacePassages({ transaction }: Database, documentId: string, texts: string[], vectors: string[]) {
  return transaction(async (query) => {
    // Locked, so that two at once come one after the other.
    const lock = "select 1 from documents where id = $1 for update";
    found(await query(lock, [documentId]), "there is no such document");
    await query("delete from passages where document_id = $1", [documentId]);
    for (let at = 0; at < texts.length; at += insertSize) {
      const slices = [texts, vectors].map((all) => all.slice(at, at + insertSize));
      await query(insert, [documentId, at - 1, ...slices]);
    }
  });
}

/** The `limit` passages nearest to the vector, nearest first, of the owner's documents and of those for everyone. */
export function findPassages({ transaction }: Database, vector: string, owner: string, limit: number) {
  return transaction(async (query) => {
    // The index knows nothing of owners: without this it would stop after its first 40, be they all of others.
    await query("set local hnsw.iterative_scan = 'strict_order'");
    return query(nearest, [vector, owner, limit]);
  });
}
