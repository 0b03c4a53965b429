import { Readable } from "node:stream";
import type { FastifyReply } from "fastify";
import { HttpError, reasonOf } from "./errors.ts";

/** One server-sent event: its name, and what is sent as JSON. */
export interface SentEvent {
  readonly event: string;
  readonly data: unknown;
}

/**
 * Streams `events` as server-sent events. An error after the first of them becomes an event `error`
 * (`{code, message}`), since the status is sent by then; one before it is an ordinary answer.
 * A client that leaves ends the generator: its `finally` runs.
 */
export async function sendEvents(reply: FastifyReply, events: AsyncGenerator<SentEvent>): Promise<FastifyReply> {
  const first = await events.next();
  const frames = framesOf(first, events, reply);
  return reply
    .type("text/event-stream; charset=utf-8")
    .header("cache-control", "no-cache")
    .header("x-accel-buffering", "no")
    .send(Readable.from(frames, { objectMode: false }));
}

async function* framesOf(
  first: IteratorResult<SentEvent>,
  rest: AsyncGenerator<SentEvent>,
  reply: FastifyReply,
): AsyncGenerator<string> {
  try {
    for (let next = first; !next.done; next = await rest.next()) yield frame(next.value);
  } catch (error) {
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
