import { OpenAI } from "openai";
import type { Database } from "../base/database.ts";
import { HttpError } from "../base/errors.ts";
import { abortedOnLeave } from "../base/events.ts";
import { failModel } from "../base/model.ts";
import type { Model } from "../base/model.ts";
import type { Peer } from "../base/peer.ts";
import { found } from "../base/rows.ts";
import { parsed, serial, text, Type } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { opening, order, resolve, rounds } from "./rules.ts";
import type { Order, State } from "./rules.ts";

type Row = Readonly<{ game: State & { id: number; scenario: string } }>;

const game = "jsonb_build_object('id', id, 'scenario', scenario) || state as game";
const one = { params: Type.Object({ id: serial }) };
const newGame = { body: Type.Object({ scenario: text(2_000) }) };
const format = { type: "json_schema" as const, json_schema: { name: "order", strict: true, schema: { ...order } } };
const newTurn = { ...one, body: Type.Object({ order }) };

/** A person plays blue, the model red; `agent` advises blue. */
export function addGames(app: App, { query }: Database, agent: Peer, model: Model): void {
  const gameOf = async (owner: string, id: number) => {
    const select = `select ${game} from games where owner = $1 and id = $2`;
    return found(await query<Row>(select, [owner, id]), `you have no game ${id}`).game;
  };

  app.post("/games", { schema: newGame }, async ({ body: { scenario }, user }, reply) => {
    const insert = `insert into games (owner, scenario, state) values ($1, $2, $3) returning ${game}`;
    const [row] = await query<Row>(insert, [user.name, scenario, JSON.stringify(opening)]);
    return reply.status(201).header("location", `/games/${row?.game.id}`).send(row?.game);
  });

  app.get("/games/:id", { schema: one }, ({ params, user }) => gameOf(user.name, params.id));

  app.post("/games/:id/turns", { schema: newTurn }, async ({ params: { id }, body, user }, reply) => {
    const now = await gameOf(user.name, id);
    const red = await redsOrder(model, briefing(now, "red"), abortedOnLeave(reply));
    const next = JSON.stringify(resolve(now, { blue: body.order, red }));
    const update = `update games set state = $3, updated_at = now()
      where id = $1 and jsonb_array_length(state->'turns') = $2 returning ${game}`;
    const [row] = await query<Row>(update, [id, now.turns.length, next]);
    if (row === undefined) throw new HttpError(409, "turn_taken", "this round was played meanwhile");
    return row.game;
  });

  app.post("/games/:id/advice", { schema: one }, async ({ params, user }, reply) => {
    const task = `${briefing(await gameOf(user.name, params.id), "blue")}\nWhich order is best, and why?`;
    const options = { user, body: { task }, signal: abortedOnLeave(reply), timeoutMs: 180_000 };
    return { advice: (await agent.request<{ answer: string }>("POST", "/tasks", options)).answer };
  });
}

// An answer that is no order is to hold the centre.
async function redsOrder(model: Model, content: string, signal: AbortSignal): Promise<Order> {
  const messages = [{ role: "user" as const, content }];
  const request = { model: model.name, messages, response_format: format, max_completion_tokens: 256 };
  const { choices } = await new OpenAI(model.client).chat.completions.create(request, { signal }).catch(failModel);
  return parsed(order, choices[0]?.message.content ?? "") ?? { action: "hold", sector: "centre" };
}

// How it stands, for a model; throws `HttpError` 409 when it is over.
function briefing({ id, scenario, turns, outcome, blue, red }: Row["game"], side: "blue" | "red"): string {
  if (outcome !== null) throw new HttpError(409, "game_over", `game ${id} is over: ${outcome}`);
  return `Scenario: ${scenario}\nYou command ${side}. Round ${turns.length + 1} of ${rounds}: ${JSON.stringify({ blue, red })}.
An order is attack or hold, and a sector: an attack costs the other side a unit there, unless it holds that sector.
In the end, who has more units in more sectors wins.`;
}
