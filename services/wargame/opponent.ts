import { OpenAI } from "openai";
import { modelFailed } from "../base/model.ts";
import type { Model } from "../base/model.ts";
import { parsed, Type } from "../base/schema.ts";
import { briefing } from "./briefing.ts";
import { actions, sectors } from "./rules.ts";
import type { Order, State } from "./rules.ts";

export interface Move {
  readonly order: Order;
  /** Why, in the model's words; null when it gave no order that counts. */
  readonly reason: string | null;
}

/** Red's order. Rejects with `HttpError` 502 when the model fails; an answer that is no order is `hold`. */
export type Opponent = (scenario: string, state: State, signal: AbortSignal) => Promise<Move>;

const answer = Type.Object(
  { action: Type.Enum([...actions]), sector: Type.Enum([...sectors]), reason: Type.String() },
  { additionalProperties: false },
);
const schema = { name: "order", strict: true, schema: { ...answer } };

export function opponentOf(model: Model): Opponent {
  const client = new OpenAI(model.client);
  return async (scenario, state, signal) => {
    const prompt = `${briefing(scenario, state, "red")}\nGive your order, and the reason in one sentence.`;
    const request = {
      model: model.name,
      messages: [{ role: "user" as const, content: prompt }],
      response_format: { type: "json_schema" as const, json_schema: schema },
      max_completion_tokens: 256,
    };
    const { choices } = await client.chat.completions.create(request, { signal }).catch((cause: unknown) => {
      throw modelFailed(cause);
    });
    return moveOf(choices[0]?.message.content ?? "", state);
  };
}

/** The order that the model wrote as JSON, else to hold what red holds. */
export function moveOf(json: string, { holders }: State): Move {
  const given = parsed(answer, json);
  if (given === undefined) {
    const sector = sectors.find((each) => holders[each] === "red") ?? "centre";
    return { order: { action: "hold", sector }, reason: null };
  }
  const { action, sector, reason } = given;
  return { order: { action, sector }, reason: storable(reason) };
}

// Cut, and without what PostgreSQL keeps in no text: the character 0, and halves of characters.
function storable(text: string): string {
  return text
    .slice(0, 500)
    .replaceAll("\0", "")
    .replace(/\p{Surrogate}/gu, "");
}
