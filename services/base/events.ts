import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { HttpError, reasonOf } from "./errors.ts";

/** One server-sent event: its name, and what is sent as JSON. */
export interface SentEvent {
  readonly event: string;
  readonly data: unknown;
}

/**
 * Streams events as server-sent events. An error after the first of them becomes an event `error`
 * (`{code, message}`), since the status is sent by then; one before it is an ordinary answer.
 * A client that leaves aborts the signal and ends the generator: its `finally` runs. The signal is
 * there because a generator that waits, say for a model, cannot be ended before it goes on.
 */
export async function sendEvents(
  reply: FastifyReply,
  eventsUntil: (left: AbortSignal) => AsyncGenerator<SentEvent>,
): Promise<FastifyReply> {
  const left = abortedOnLeave(reply);
  const events = eventsUntil(left);
  const first = await events.next().catch((cause: unknown) => {
    throw left.aborted ? new HttpError(499, "client_left", "the client left", { cause }) : cause;
  });
  const frames = framesOf(first, events, left, reply);
  return reply
    .type("text/event-stream; charset=utf-8")
    .header("cache-control", "no-cache")
    .header("x-accel-buffering", "no")
    .send(Readable.from(frames, { objectMode: false }));
}

/** Aborted when the client leaves, or has its whole answer. */
export function abortedOnLeave(reply: FastifyReply): AbortSignal {
  const leave = new AbortController();
  reply.raw.once("close", () => leave.abort());
  return leave.signal;
}

async function* framesOf(
  first: IteratorResult<SentEvent>,
  rest: AsyncGenerator<SentEvent>,
  left: AbortSignal,
  reply: FastifyReply,
): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield frame(next.value);
  } catch (error) {
    if (left.aborted) return;
    reply.log.error({ err: error }, "the stream broke");
    yield frame({ event: "error", data: failureOf(error) });
  } finally {
    await rest.return(undefined);
  }
}

function frame({ event, data }: SentEvent): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}

function failureOf(error: unknown): { code: string; message: string } {
  return error instanceof HttpError
    ? { code: error.code, message: error.message }
    : { code: "internal", message: reasonOf(error) };
}
