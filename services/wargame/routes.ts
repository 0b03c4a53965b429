import { HttpError } from "../base/errors.ts";
import { abortedOnLeave } from "../base/events.ts";
import type { Peer } from "../base/peer.ts";
import { serial, text, Type } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import { briefing } from "./briefing.ts";
import type { Game, Games } from "./games.ts";
import type { Opponent } from "./opponent.ts";
import { actions, opening, resolve, sectors } from "./rules.ts";

export interface Parts {
  readonly games: Games;
  readonly opponent: Opponent;
  readonly agent: Peer;
}

const params = Type.Object({ id: serial });
const newGame = Type.Object({
  scenario: text(2_000),
  rounds: Type.Optional(Type.Integer({ minimum: 1, maximum: 20 })),
});
const newTurn = Type.Object({
  order: Type.Object({ action: Type.Enum([...actions]), sector: Type.Enum([...sectors]) }),
});

const adviceTimeoutMs = 180_000;

export function addGames(app: App, { games, opponent, agent }: Parts): void {
  app.post("/games", { schema: { body: newGame } }, async ({ body: { scenario, rounds = 8 }, user }, reply) => {
    const game = await games.create(user.name, scenario, { ...opening(rounds), turns: [] });
    return reply.status(201).header("location", `/games/${game.id}`).send(game);
  });

  app.get("/games/:id", { schema: { params } }, async ({ params: { id }, user }) => found(games, user.name, id));

  app.post("/games/:id/turns", { schema: { params, body: newTurn } }, async (request, reply) => {
    const { name } = request.user;
    const { id, scenario, turns, ...state } = running(await found(games, name, request.params.id));
    const { action, sector } = request.body.order;
    const blue = { action, sector };
    const red = await opponent(scenario, state, abortedOnLeave(reply));
    const progress = { ...resolve(state, { blue, red: red.order }), turns: [...turns, { blue, red }] };
    const isMine = await games.advance(name, { id, scenario, turns, ...state }, progress);
    if (!isMine) throw new HttpError(409, "turn_taken", `round ${state.round + 1} was played meanwhile`);
    return { id, scenario, ...progress };
  });

  app.post("/games/:id/advice", { schema: { params } }, async ({ params: { id }, user }, reply) => {
    const game = running(await found(games, user.name, id));
    const task = `${briefing(game.scenario, game, "blue")}\nWhich order is best, and why?`;
    const options = { user, signal: abortedOnLeave(reply), timeoutMs: adviceTimeoutMs };
    const body = { task, stream: false };
    const { answer } = await agent.request<{ answer: string }>("POST", "/tasks", { ...options, body });
    return { advice: answer };
  });
}

async function found(games: Games, owner: string, id: number): Promise<Game> {
  const game = await games.find(owner, id);
  if (game === undefined) throw new HttpError(404, "not_found", `you have no game ${id}`);
  return game;
}

function running(game: Game): Game {
  if (game.outcome !== null) throw new HttpError(409, "game_over", `game ${game.id} is over: ${game.outcome}`);
  return game;
}
