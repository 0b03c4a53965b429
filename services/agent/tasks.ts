import type { Redis } from "../base/redis.ts";

/** One call of a tool, and what came of it; `{error}` when it failed. */
export interface Step {
  readonly tool: string;
  readonly arguments: unknown;
  readonly result: unknown;
}

export interface FinishedTask {
  readonly id: string;
  readonly task: string;
  readonly steps: readonly Step[];
  readonly answer: string;
}

/** Finished tasks, for a day. */
export interface Tasks {
  keep(user: string, task: FinishedTask): Promise<void>;
  find(user: string, id: string): Promise<FinishedTask | undefined>;
}

const daySeconds = 86_400;

export function tasksIn(redis: Redis): Tasks {
  const key = (user: string, id: string) => `agent:task:${id}:${user}`;
  return {
    keep: async (user, task) => {
      await redis.set(key(user, task.id), JSON.stringify(task), "EX", daySeconds);
    },
    find: async (user, id) => {
      const kept = await redis.get(key(user, id));
      return kept === null ? undefined : (JSON.parse(kept) as FinishedTask);
    },
  };
}
