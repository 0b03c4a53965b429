import { HttpError } from "../base/errors.ts";
import type { Incoming, Reply, Route } from "../base/router.ts";
import type { Model } from "./model.ts";
import type { Store } from "./store.ts";

const maximumLength = 4_000;
const maximumLimit = 100;
const defaultLimit = 20;

/** `POST /questions`, `GET /questions?limit=`, `GET /questions/:id`. */
export function questionRoutes(store: Store, model: Model): Route[] {
  return [
    { method: "POST", path: "/questions", handle: (incoming) => ask(incoming, store, model) },
    {
      method: "GET",
      path: "/questions",
      handle: async ({ query }) => ({
        status: 200,
        body: { questions: await store.list(limitFrom(query)) },
      }),
    },
    {
      method: "GET",
      path: "/questions/:id",
      handle: async ({ parameters }) => ({
        status: 200,
        body: await find(parameters["id"] ?? "", store),
      }),
    },
  ];
}

// Stored before the model is asked: a question is kept even when there is no answer.
async function ask(incoming: Incoming, store: Store, model: Model): Promise<Reply> {
  const asked = await store.add(questionFrom(await incoming.readJson()), model.name);
  const headers = { location: `/questions/${asked.id}` };
  const answer = await model.ask(asked.question).catch((cause: unknown) => {
    const message = `the model did not answer; question ${asked.id} is kept`;
    throw new HttpError(502, "model_failed", message, { cause, headers });
  });
  await store.setAnswer(asked.id, answer);
  return { status: 201, headers, body: { ...asked, answer } };
}

async function find(id: string, store: Store) {
  const question = /^[1-9]\d{0,14}$/.test(id) ? await store.find(Number(id)) : undefined;
  if (question === undefined) throw new HttpError(404, "not_found", `there is no question ${id}`);
  return question;
}

function questionFrom(body: unknown): string {
  const question = typeof body === "object" && body !== null && "question" in body ? body.question : undefined;
  // PostgreSQL's text cannot hold U+0000.
  const valid = typeof question === "string" && question.trim() !== "" && !question.includes("\0");
  if (valid && question.length <= maximumLength) return question;
  const message = `question must be a text of 1 to ${maximumLength} characters without U+0000`;
  throw new HttpError(400, "invalid_question", message);
}

function limitFrom(query: URLSearchParams): number {
  const text = query.get("limit");
  if (text === null) return defaultLimit;
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= maximumLimit) return limit;
  throw new HttpError(400, "invalid_limit", `limit must be a whole number from 1 to ${maximumLimit}`);
}
