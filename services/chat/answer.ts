import type { SentEvent } from "../base/events.ts";
import { modelFailed } from "../base/model.ts";
import type { Peer } from "../base/peer.ts";
import type { User } from "../base/users.ts";
import type { Locks } from "./locks.ts";
import { promptOf, unfounded } from "./prompt.ts";
import type { Line, Passage } from "./prompt.ts";
import type { Speaker, Usage } from "./speaker.ts";

export interface Parts {
  readonly core: Peer;
  readonly embedding: Peer;
  readonly locks: Locks;
  readonly speaker: Speaker;
}

export interface Question {
  readonly question: string;
  /** A new conversation when there is none. */
  readonly conversationId?: number;
}

const passagesPerQuestion = 6;

/** `passages`, `delta` as often as the model speaks, `done`. */
export async function* answer(parts: Parts, asked: Question, user: User, left: AbortSignal): AsyncGenerator<SentEvent> {
  const { conversationId } = asked;
  // By user, so that nobody can lock another's.
  const release = conversationId && (await parts.locks.take(`${user.name}:${conversationId}`));
  try {
    yield* answerAlone(parts, asked, user, left);
  } finally {
    if (release) await release();
  }
}

async function* answerAlone(
  parts: Parts,
  { question, conversationId }: Question,
  user: User,
  left: AbortSignal,
): AsyncGenerator<SentEvent> {
  const history = conversationId === undefined ? [] : await historyOf(parts.core, conversationId, user, left);
  const passages = await search(parts.embedding, question, user, left);
  const pieces = await parts.speaker.speak(promptOf(question, passages, history), left);
  yield { event: "passages", data: { passages } };
  const opening = passages.length === 0 ? unfounded : "";
  if (opening !== "") yield delta(opening);
  let said = "";
  let usage: Usage | undefined;
  let kept: { conversationId: number; messageId: number } | undefined;
  try {
    for await (const piece of pieces) {
      usage = piece.usage ?? usage;
      if (piece.text === "") continue;
      said += piece.text;
      yield delta(piece.text);
    }
  } finally {
    // Also of an answer that the client left, or that broke off: it was said.
    if (said.trim() !== "") {
      kept = await keep(parts.core, user, { question, conversationId, answer: opening + said, passages });
    }
  }
  if (kept === undefined) throw modelFailed(new Error("the model said nothing"));
  yield { event: "done", data: { ...kept, model: parts.speaker.model, usage } };
}

function delta(text: string): SentEvent {
  return { event: "delta", data: { text } };
}

async function historyOf(core: Peer, id: number, user: User, signal: AbortSignal): Promise<Line[]> {
  const path = `/conversations/${id}?limit=8`;
  return (await core.request<{ messages: Line[] }>("GET", path, { user, signal })).messages;
}

async function search(embedding: Peer, query: string, user: User, signal: AbortSignal): Promise<Passage[]> {
  const body = { query, limit: passagesPerQuestion, owner: user.name };
  return (await embedding.request<{ passages: Passage[] }>("POST", "/search", { body, signal })).passages;
}

interface Exchange {
  readonly question: string;
  readonly conversationId: number | undefined;
  readonly answer: string;
  readonly passages: readonly Passage[];
}

// Only now is a new conversation made: a question that failed leaves none behind.
async function keep(core: Peer, user: User, { question, conversationId, answer: content, passages }: Exchange) {
  const post = async (path: string, body: unknown) => core.request<{ id: number }>("POST", path, { user, body });
  const id = conversationId ?? (await post("/conversations", {})).id;
  await post(`/conversations/${id}/messages`, { role: "user", content: question });
  const { id: messageId } = await post(`/conversations/${id}/messages`, { role: "assistant", content, passages });
  return { conversationId: id, messageId };
}
