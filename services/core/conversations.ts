import type { Database, Query } from "../base/database.ts";
import { titleOf } from "./title.ts";

export interface Conversation {
  readonly id: number;
  /** Empty until the first question, when none was given. */
  readonly title: string;
  readonly createdAt: Date;
}

export interface NewMessage {
  readonly role: "user" | "assistant";
  readonly content: string;
  /** What an answer rests on. */
  readonly passages?: readonly unknown[];
}

export interface Message extends Omit<NewMessage, "passages"> {
  readonly id: number;
  readonly passages: readonly unknown[] | null;
  readonly createdAt: Date;
}

/** The conversations of each owner; another's is as one that does not exist. */
export interface Conversations {
  create(owner: string, title: string): Promise<Conversation>;
  /** Newest first. */
  list(owner: string, limit: number): Promise<Conversation[]>;
  find(owner: string, id: number): Promise<Conversation | undefined>;
  /** The latest `limit` of them, in the order in which they were said. */
  messages(id: number, limit: number): Promise<Message[]>;
  add(owner: string, id: number, message: NewMessage): Promise<Message | undefined>;
}

// A bigint would arrive as text; a double holds every id below 2^53 as it is.
const conversation = `id::float8 as id, title, created_at as "createdAt"`;
const message = `id::float8 as id, role, content, passages, created_at as "createdAt"`;

export function conversationsIn(database: Database): Conversations {
  const { query } = database;
  return {
    create: async (owner, title) => {
      const insert = `insert into conversations (owner, title) values ($1, $2) returning ${conversation}`;
      return only(await query<Conversation>(insert, [owner, title]));
    },
    list: (owner, limit) =>
      query(`select ${conversation} from conversations where owner = $1 order by id desc limit $2`, [owner, limit]),
    find: async (owner, id) => {
      const select = `select ${conversation} from conversations where id = $1 and owner = $2`;
      return (await query<Conversation>(select, [id, owner]))[0];
    },
    messages: async (id, limit) => {
      const select = `select ${message} from messages where conversation_id = $1 order by messages.id desc limit $2`;
      return (await query<Message>(select, [id, limit])).toReversed();
    },
    add: (owner, id, added) => database.transaction((inside) => add(inside, owner, id, added)),
  };
}

// The update holds the conversation's row until the end, so that two messages at once have an order.
async function add(query: Query, owner: string, id: number, added: NewMessage): Promise<Message | undefined> {
  const title = added.role === "user" ? titleOf(added.content) : "";
  const named = "update conversations set title = case title when '' then $3 else title end";
  const mine = await query(`${named} where id = $1 and owner = $2 returning id`, [id, owner, title]);
  if (mine.length === 0) return undefined;
  const insert = `insert into messages (conversation_id, role, content, passages) values ($1, $2, $3, $4)`;
  const passages = added.passages === undefined ? null : JSON.stringify(added.passages);
  return only(await query<Message>(`${insert} returning ${message}`, [id, added.role, added.content, passages]));
}

function only<Row>(rows: readonly Row[]): Row {
  const [row] = rows;
  if (row === undefined) throw new Error("nothing came back of what was inserted");
  return row;
}
