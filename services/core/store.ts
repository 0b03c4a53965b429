import type { Database } from "./database.ts";

export interface Question {
  readonly id: number;
  readonly question: string;
  /** Null until the model has answered, and when it failed. */
  readonly answer: string | null;
  readonly model: string;
  readonly createdAt: Date;
}

export interface Store {
  add(question: string, model: string): Promise<Question>;
  setAnswer(id: number, answer: string): Promise<void>;
  find(id: number): Promise<Question | undefined>;
  /** Newest first. */
  list(limit: number): Promise<Question[]>;
}

// bigint arrives as text, since not every one fits a number; ids made here do.
type Row = Omit<Question, "id"> & { readonly id: string };

const columns = `id, question, answer, model, created_at as "createdAt"`;

/** Questions in PostgreSQL, table `questions`. */
export function createStore(database: Database): Store {
  const select = async (text: string, values: readonly unknown[]) => {
    const rows = await database.query<Row>(text, values);
    return rows.map((row): Question => ({ ...row, id: Number(row.id) }));
  };
  return {
    add: async (question, model) => {
      const insert = `insert into questions (question, model) values ($1, $2) returning ${columns}`;
      const [added] = await select(insert, [question, model]);
      if (added === undefined) throw new Error("the insert returned no row");
      return added;
    },
    setAnswer: async (id, answer) => {
      await database.query("update questions set answer = $2 where id = $1", [id, answer]);
    },
    find: async (id) => (await select(`select ${columns} from questions where id = $1`, [id]))[0],
    list: (limit) => select(`select ${columns} from questions order by id desc limit $1`, [limit]),
  };
}
