import type { Database, Query } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";

export interface Passage {
  readonly text: string;
  readonly embedding: readonly number[];
}

export interface FoundPassage {
  readonly documentId: string;
  /** Its name. */
  readonly document: string;
  readonly position: number;
  readonly text: string;
  /** The cosine of the angle between passage and query: 1 is the same direction. */
  readonly score: number;
}

const insertSize = 100;

/** Puts these in the place of whatever passages the document has. Rejects with `HttpError` 404 when there is none. */
export function replacePassages(database: Database, documentId: string, passages: readonly Passage[]): Promise<void> {
  return database.transaction(async (query) => {
    // Locked, so that two at once come one after the other.
    const found = await query("select 1 from documents where id = $1 for update", [documentId]);
    if (found.length === 0) throw documentNotFound();
    await query("delete from passages where document_id = $1", [documentId]);
    for (let at = 0; at < passages.length; at += insertSize)
      await insert(query, documentId, at, passages.slice(at, at + insertSize));
  });
}

/** The `limit` passages nearest to the vector, nearest first, of the owner's documents and of those for everyone. */
export function findPassages(
  database: Database,
  embedding: readonly number[],
  owner: string,
  limit: number,
): Promise<FoundPassage[]> {
  return database.transaction(async (query) => {
    // The index knows nothing of owners: without this it would stop after its first 40, be they all of others.
    await query("set local hnsw.iterative_scan = 'strict_order'");
    return query<FoundPassage & { [column: string]: unknown }>(search, [vector(embedding), owner, limit]);
  });
}

export async function documentExists(query: Query, documentId: string): Promise<void> {
  if ((await query("select 1 from documents where id = $1", [documentId])).length === 0) throw documentNotFound();
}

const search = `
  select d.id as "documentId", d.name as document, p.position, p.text, 1 - (p.embedding <=> $1::vector) as score
  from passages p join documents d on d.id = p.document_id
  where d.owner in ($2, 'everyone')
  order by p.embedding <=> $1::vector
  limit $3`;

async function insert(query: Query, documentId: string, first: number, passages: readonly Passage[]): Promise<void> {
  const sql = `insert into passages (document_id, position, text, embedding)
    select $1, $2::integer + n - 1, text, embedding
    from unnest($3::text[], $4::vector[]) with ordinality as given (text, embedding, n)`;
  const texts = passages.map(({ text }) => text);
  const vectors = passages.map(({ embedding }) => vector(embedding));
  await query(sql, [documentId, first, texts, vectors]);
}

// How pgvector writes one.
function vector(numbers: readonly number[]): string {
  return `[${numbers.join(",")}]`;
}

function documentNotFound(): HttpError {
  return new HttpError(404, "not_found", "there is no such document");
}
