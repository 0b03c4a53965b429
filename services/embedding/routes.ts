import type { Database } from "../base/database.ts";
import { abortedOnLeave } from "../base/events.ts";
import { text, Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import type { Model } from "./model.ts";
import { documentExists, findPassages, replacePassages } from "./passages.ts";
import { splitText } from "./split.ts";

// About 200 words, well within what nomic-embed-text reads of a text (2,048 tokens).
const splitOptions = { maxLength: 1_200, overlap: 200 };

const maxTextLength = 2_000_000;

const replace = {
  params: Type.Object({ id: uuid }),
  body: Type.Object({ text: text(maxTextLength) }),
};
const search = {
  body: Type.Object({
    query: text(4_000),
    owner: text(100),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50 })),
  }),
};

export function addRoutes(app: App, database: Database, model: Model): void {
  // A character of JSON may take six bytes.
  app.put("/documents/:id/passages", { schema: replace, bodyLimit: maxTextLength * 6 }, async (request, reply) => {
    const { id } = request.params;
    // Before the work, and not only after it.
    await documentExists(database.query, id);
    const texts = passagesOf(request.body.text);
    const embeddings = await model.embed("document", texts, abortedOnLeave(reply));
    await replacePassages(
      database,
      id,
      embeddings.map((embedding, index) => ({ text: texts[index] ?? "", embedding })),
    );
    return { passages: texts.length };
  });

  app.post("/search", { schema: search }, async ({ body: { query, owner, limit = 5 } }, reply) => {
    const [embedding = []] = await model.embed("query", [query], abortedOnLeave(reply));
    return { passages: await findPassages(database, embedding, owner, limit) };
  });
}

function passagesOf(text: string): string[] {
  const passages = splitText(text, splitOptions).map(({ start, end }) => text.slice(start, end).trim());
  return passages.filter((passage) => passage !== "");
}
