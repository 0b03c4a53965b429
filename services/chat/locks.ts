import { HttpError } from "../base/errors.ts";
import type { Redis } from "../base/redis.ts";

/** What only one may do at a time, whatever replica does it. */
export interface Locks {
  /** Resolves with what gives it back; rejects with `HttpError` 409 while another has it. */
  take(name: string): Promise<() => Promise<void>>;
}

// Longer than any answer takes; for the lock of a process that ended without giving it back.
const expiryMs = 240_000;

export function locksIn(redis: Redis): Locks {
  const take = async (name: string) => {
    const key = `chat:lock:${name}`;
    const owner = crypto.randomUUID();
    const taken = await redis.set(key, owner, "PX", expiryMs, "NX");
    if (taken === null) throw new HttpError(409, "busy", "this conversation is being answered already");
    // What cannot be given back now goes by itself.
    return async () => void (await redis.eval(giveBack, 1, key, owner).catch(() => undefined));
  };
  return { take };
}

// Only its own: after the expiry the lock may be another's.
const giveBack = "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end";
