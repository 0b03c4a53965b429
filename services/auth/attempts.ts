import { HttpError } from "../base/errors.ts";
import type { Redis } from "../base/redis.ts";

const maxFailures = 5;
const windowSeconds = 300;

/**
 * Counts an attempt to sign in as `name`, whether there is such a user or not; rejects with `HttpError` 429 when
 * too many failed in the last five minutes. Counted before the password is looked at, so that many at once are not
 * more than many in a row.
 */
export async function countAttempt(redis: Redis, name: string): Promise<void> {
  const key = attemptsKey(name);
  const replies = await redis.multi().set(key, 0, "EX", windowSeconds, "NX").incr(key).ttl(key).exec();
  const [count, ttl] = (replies ?? []).slice(1).map(([, reply]) => Number(reply));
  if ((count ?? 0) <= maxFailures) return;
  throw new HttpError(429, "too_many_attempts", "too many failed attempts; try again later", {
    headers: { "retry-after": String(Math.max(ttl ?? windowSeconds, 1)) },
  });
}

/** After a success the count begins anew. */
export async function forgetAttempts(redis: Redis, name: string): Promise<void> {
  await redis.del(attemptsKey(name));
}

function attemptsKey(name: string): string {
  return `auth:attempts:${name}`;
}
