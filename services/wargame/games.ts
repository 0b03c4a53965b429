import type { Database } from "../base/database.ts";
import type { Move } from "./opponent.ts";
import type { Order, State } from "./rules.ts";

export interface Turn {
  readonly blue: Order;
  readonly red: Move;
}

export interface Progress extends State {
  readonly turns: readonly Turn[];
}

export interface Game extends Progress {
  readonly id: number;
  readonly scenario: string;
}

/** The games of each owner; another's is as one that does not exist. */
export interface Games {
  create(owner: string, scenario: string, progress: Progress): Promise<Game>;
  find(owner: string, id: number): Promise<Game | undefined>;
  /** False, and nothing is changed, when the game is not where `from` left it any more. */
  advance(owner: string, from: Game, progress: Progress): Promise<boolean>;
}

interface Row {
  readonly id: number;
  readonly scenario: string;
  readonly state: Progress;
}

const columns = "id::float8 as id, scenario, state";

export function gamesIn({ query }: Database): Games {
  const one = async (text: string, values: readonly unknown[]) => {
    const [row] = await query<Row>(text, values);
    return row && { id: row.id, scenario: row.scenario, ...row.state };
  };
  return {
    create: async (owner, scenario, progress) => {
      const insert = `insert into games (owner, scenario, state) values ($1, $2, $3) returning ${columns}`;
      const game = await one(insert, [owner, scenario, JSON.stringify(progress)]);
      if (game === undefined) throw new Error("nothing came back of what was inserted");
      return game;
    },
    find: (owner, id) => one(`select ${columns} from games where owner = $1 and id = $2`, [owner, id]),
    advance: async (owner, { id, round }, progress) => {
      const update = "update games set state = $3, updated_at = now() where owner = $1 and id = $2";
      const values = [owner, id, JSON.stringify(progress), round];
      const changed = await query(`${update} and (state->>'round')::int = $4 returning id`, values);
      return changed.length > 0;
    },
  };
}
