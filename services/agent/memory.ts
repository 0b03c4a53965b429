import type { Redis } from "../base/redis.ts";

/** What the agent was told to remember of one user, by key. */
export interface Memory {
  remember(key: string, value: string): Promise<void>;
  recall(): Promise<Readonly<Record<string, string>>>;
}

const mostEntries = 200;

export function memoryOf(redis: Redis, user: string): Memory {
  const hash = `agent:memory:${user}`;
  return {
    remember: async (key, value) => {
      const isFull = (await redis.hlen(hash)) >= mostEntries && (await redis.hexists(hash, key)) === 0;
      if (isFull) throw new Error(`${mostEntries} things are remembered already; use one of their keys again`);
      await redis.hset(hash, key, value);
    },
    recall: () => redis.hgetall(hash),
  };
}
