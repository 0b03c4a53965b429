import { HttpError } from "./errors.ts";
import type { Redis } from "./redis.ts";

/**
 * Goes through `events` while nobody else does under this name, on whatever replica; rejects with `HttpError` 409 when
 * somebody does. The lock of a process that ended without giving it back goes by itself after `expiryMs`, which has to
 * be longer than any `events` take.
 */
export async function* locked<Event>(
  redis: Redis,
  name: string,
  expiryMs: number,
  events: AsyncGenerator<Event>,
): AsyncGenerator<Event> {
  const key = `lock:${name}`;
  const isMine = (await redis.set(key, "", "PX", expiryMs, "NX")) !== null;
  if (!isMine) throw new HttpError(409, "busy", "this is being worked on already; try again later");
  try {
    yield* events;
  } finally {
    // What cannot be given back now goes by itself.
    await redis.del(key).catch(() => undefined);
  }
}
