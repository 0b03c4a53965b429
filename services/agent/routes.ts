import { HttpError } from "../base/errors.ts";
import { abortedOnLeave, sendEvents } from "../base/events.ts";
import type { SentEvent } from "../base/events.ts";
import { text, Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import type { User } from "../base/users.ts";
import { work } from "./loop.ts";
import type { Loop } from "./loop.ts";
import type { FinishedTask, Tasks } from "./tasks.ts";

const newTask = Type.Object({ task: text(8_000), stream: Type.Optional(Type.Boolean()) });
const params = Type.Object({ id: uuid });

const taskTimeoutMs = 180_000;

export function addTasks(app: App, loop: Loop, tasks: Tasks): void {
  const run = async function* (task: string, user: User, left: AbortSignal): AsyncGenerator<SentEvent, FinishedTask> {
    const signal = AbortSignal.any([left, AbortSignal.timeout(taskTimeoutMs)]);
    const finished = yield* work(loop, task, { user, signal });
    await tasks.keep(user.name, finished);
    yield { event: "done", data: { id: finished.id, answer: finished.answer } };
    return finished;
  };

  app.post("/tasks", { schema: { body: newTask } }, async ({ body: { task, stream = true }, user }, reply) =>
    stream
      ? sendEvents(reply, (left) => run(task, user, left))
      : reply.status(201).send(await last(run(task, user, abortedOnLeave(reply)))),
  );

  app.get("/tasks/:id", { schema: { params } }, async ({ params: { id }, user }) => {
    const found = await tasks.find(user.name, id);
    if (found === undefined) throw new HttpError(404, "not_found", `you have no finished task ${id}`);
    return found;
  });
}

async function last<Result>(events: AsyncGenerator<unknown, Result>): Promise<Result> {
  for (;;) {
    const { done, value } = await events.next();
    if (done === true) return value;
  }
}
