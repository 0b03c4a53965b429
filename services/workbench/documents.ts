import type { Database } from "../base/database.ts";

export interface Document {
  readonly id: string;
  readonly name: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly status: "received" | "extracting" | "embedding" | "ready" | "failed";
  readonly error: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface Text {
  /** Its beginning; null until it is extracted. */
  readonly text: string | null;
  /** Of the whole text, in characters. */
  readonly textLength: number | null;
}

export interface Job {
  readonly id: number;
  readonly documentId: string;
  readonly document: string;
  readonly state: "running" | "done" | "failed";
  readonly error: string | null;
  readonly startedAt: Date;
  readonly finishedAt: Date | null;
}

/** The documents of each owner; another's is as one that does not exist. Lists are newest first. */
export interface Documents {
  list(owner: string, limit: number): Promise<Document[]>;
  find(owner: string, id: string): Promise<Document | undefined>;
  /** At most `characters` of the text of a document that exists. */
  text(id: string, characters: number): Promise<Text>;
  jobs(owner: string, limit: number): Promise<Job[]>;
}

const document = `id, name, media_type as "mediaType", size_bytes::float8 as "sizeBytes", status, error,
  created_at as "createdAt", updated_at as "updatedAt"`;

const job = `jobs.id::float8 as id, document_id as "documentId", name as document, state, jobs.error,
  started_at as "startedAt", finished_at as "finishedAt"`;

export function documentsIn({ query }: Database): Documents {
  return {
    list: (owner, limit) =>
      query(`select ${document} from documents where owner = $1 order by created_at desc, id limit $2`, [owner, limit]),
    find: async (owner, id) =>
      (await query<Document>(`select ${document} from documents where owner = $1 and id = $2`, [owner, id]))[0],
    text: async (id, characters) => {
      const select = `select left(text, $2) as text, length(text) as "textLength" from documents where id = $1`;
      return (await query<Text>(select, [id, characters]))[0] ?? { text: null, textLength: null };
    },
    jobs: (owner, limit) => {
      const mine = "from jobs join documents on documents.id = document_id where owner = $1";
      return query(`select ${job} ${mine} order by started_at desc, jobs.id desc limit $2`, [owner, limit]);
    },
  };
}
