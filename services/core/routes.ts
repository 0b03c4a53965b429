import { limitUpTo, serial, text, Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import type { Conversations } from "./conversations.ts";

const params = Type.Object({ id: serial });
const newConversation = Type.Object({ title: Type.Optional(text(200)) });
const passage = Type.Object({
  documentId: uuid,
  document: text(500),
  position: Type.Integer({ minimum: 0 }),
  text: text(20_000),
  score: Type.Number(),
});
const newMessage = Type.Object({
  role: Type.Enum(["user", "assistant"]),
  content: text(100_000),
  passages: Type.Optional(Type.Array(passage, { maxItems: 50 })),
});

export function addRoutes(app: App, conversations: Conversations): void {
  app.post("/conversations", { schema: { body: newConversation } }, async ({ body, user }, reply) => {
    const created = await conversations.create(user.name, body.title ?? "");
    return reply.status(201).header("location", `/conversations/${created.id}`).send(created);
  });

  app.get("/conversations", { schema: { querystring: limitUpTo(100) } }, async ({ query, user }) => ({
    conversations: await conversations.list(user.name, query.limit ?? 50),
  }));

  const one = { params, querystring: limitUpTo(1_000) };
  app.get("/conversations/:id", { schema: one }, ({ params: { id }, query, user }) =>
    conversations.find(user.name, id, query.limit ?? 200),
  );

  app.post("/conversations/:id/messages", { schema: { params, body: newMessage } }, async (request, reply) =>
    reply.status(201).send(await conversations.add(request.user.name, request.params.id, request.body)),
  );
}
