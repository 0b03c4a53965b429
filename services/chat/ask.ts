import { sendEvents } from "../base/events.ts";
import { locked } from "../base/locks.ts";
import type { Model } from "../base/model.ts";
import type { Peer } from "../base/peer.ts";
import type { Redis } from "../base/redis.ts";
import { serial, text, Type } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import type { User } from "../base/users.ts";
import { promptOf, speak } from "./model.ts";
import type { Line, Passage } from "./model.ts";

type Parts = Readonly<{ core: Peer; embedding: Peer; redis: Redis; model: Model }>;
type Question = Readonly<{ question: string; conversationId?: number }>;

const body = Type.Object({ question: text(4_000), conversationId: Type.Optional(serial) });
const answerTimeoutMs = 120_000;

/** `POST /ask`: a conversation is answered one question at a time, else 409. */
export function addAsk(app: App, parts: Parts): void {
  app.post("/ask", { schema: { body } }, async ({ body: asked, user }, reply) =>
    sendEvents(reply, (left) => {
      const answered = answer(parts, asked, user, AbortSignal.any([left, AbortSignal.timeout(answerTimeoutMs)]));
      // By user, so that nobody can lock another's.
      const name = `chat:${user.name}:${asked.conversationId ?? crypto.randomUUID()}`;
      return locked(parts.redis, name, 2 * answerTimeoutMs, answered);
    }),
  );
}

/** `passages`, `delta` as often as the model speaks, `done`. */
async function* answer({ core, embedding, model }: Parts, asked: Question, user: User, signal: AbortSignal) {
  const { question, conversationId: id } = asked;
  const path = `/conversations/${id}?limit=8`;
  const before = id ? await core.request<{ messages: Line[] }>("GET", path, { user, signal }) : { messages: [] };
  const search = { query: question, limit: 6, owner: user.name };
  const { passages } = await embedding.request<{ passages: Passage[] }>("POST", "/search", { body: search, signal });
  const pieces = speak(model, promptOf(question, passages, before.messages), signal);
  // What fails until the model has begun is an ordinary answer.
  let piece = await pieces.next();
  yield { event: "passages", data: { passages } };
  let said = "";
  let conversationId = id;
  try {
    for (; !piece.done; piece = await pieces.next()) {
      said += piece.value;
      yield { event: "delta", data: { text: piece.value } };
    }
  } finally {
    // Also of an answer that the client left, or that broke off: it was said.
    conversationId = await keep(core, user, asked, { content: said, passages });
  }
  yield { event: "done", data: { conversationId } };
}

// Only now is a new conversation made: a question that failed leaves none behind.
async function keep(core: Peer, user: User, { question: content, conversationId }: Question, answered: object) {
  const post = (path: string, body: object) => core.request<{ id: number }>("POST", path, { user, body });
  const id = conversationId ?? (await post("/conversations", {})).id;
  await post(`/conversations/${id}/messages`, { role: "user", content });
  await post(`/conversations/${id}/messages`, { role: "assistant", ...answered });
  return id;
}
