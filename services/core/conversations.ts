import type { Database } from "../base/database.ts";
import { found } from "../base/rows.ts";

export interface NewMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
  /** What an answer rests on. */
  readonly passages?: readonly unknown[];
}

// A bigint would arrive as text; a double holds every id below 2^53 as it is.
const conversation = `id::float8 as id, title, created_at as "createdAt"`;
const message = `id::float8 as id, role, content, passages, created_at as "createdAt"`;

/** The conversations of each owner; another's is as one that does not exist: 404. */
export function conversationsIn({ query, transaction }: Database) {
  const missing = (id: number) => `you have no conversation ${id}`;
  return {
    create: async (owner: string, title: string) => {
      const insert = `insert into conversations (owner, title) values ($1, $2) returning ${conversation}`;
      return found(await query<{ id: number }>(insert, [owner, title]), "nothing came back");
    },

    /** Newest first. */
    list: (owner: string, limit: number) =>
      query(`select ${conversation} from conversations where owner = $1 order by id desc limit $2`, [owner, limit]),

    /** With its latest `limit` messages, in the order in which they were said. */
    find: async (owner: string, id: number, limit: number) => {
      const mine = `select ${conversation} from conversations where id = $1 and owner = $2`;
      const its = `select ${message} from messages where conversation_id = $1 order by messages.id desc limit $2`;
      const conversationFound = found(await query(mine, [id, owner]), missing(id));
      return { ...conversationFound, messages: (await query(its, [id, limit])).toReversed() };
    },

    /** The first question names a conversation that has no title. */
    add: (owner: string, id: number, { role, content, passages }: NewMessage) =>
      transaction(async (inside) => {
        // This holds the conversation's row until the end, so that two messages at once have an order.
        const name = `update conversations set title = case title when '' then left($3, 80) else title end
          where id = $1 and owner = $2 returning id`;
        const title = role === "user" ? content.trim().replace(/\s+/g, " ") : "";
        found(await inside(name, [id, owner, title]), missing(id));
        const insert = `insert into messages (conversation_id, role, content, passages) values ($1, $2, $3, $4)
          returning ${message}`;
        const [added] = await inside(insert, [id, role, content, passages ? JSON.stringify(passages) : null]);
        return added;
      }),
  };
}

export type Conversations = ReturnType<typeof conversationsIn>;
