import type { Query } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";

export interface NewDocument {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** As its owner sees it. `error` says why it failed, else it is null. */
export interface DocumentState {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly status: "received" | "extracting" | "embedding" | "ready" | "failed";
  readonly error: string | null;
}

export async function insertDocument(query: Query, document: NewDocument): Promise<void> {
  const { id, owner, name, mediaType, sizeBytes, sha256 } = document;
  const sql = `insert into documents (id, owner, name, media_type, size_bytes, sha256) values ($1, $2, $3, $4, $5, $6)`;
  await query(sql, [id, owner, name, mediaType, sizeBytes, sha256]);
}

/** Rejects with `HttpError` 404 when there is none that this user may see. */
export async function documentFor(query: Query, id: string, user: string): Promise<DocumentState> {
  const sql = `select id, name, media_type as "mediaType", size_bytes::float8 as "sizeBytes", status, error
    from documents where id = $1 and owner in ($2, 'everyone')`;
  const [document] = await query<DocumentState & { [column: string]: unknown }>(sql, [id, user]);
  if (document === undefined) throw new HttpError(404, "not_found", "there is no such document");
  return document;
}
