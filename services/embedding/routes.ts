import type { Database } from "../base/database.ts";
import { abortedOnLeave } from "../base/events.ts";
import { text, Type, uuid } from "../base/schema.ts";
import type { App } from "../base/service.ts";
import type { Embed } from "./model.ts";
import { findPassages, replacePassages } from "./passages.ts";
import { splitText } from "./split.ts";

const maxTextLength = 2_000_000;
const replace = { params: Type.Object({ id: uuid }), body: Type.Object({ text: text(maxTextLength) }) };
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 50 }));
const search = { body: Type.Object({ query: text(4_000), owner: text(100), limit }) };

export function addRoutes(app: App, database: Database, embed: Embed): void {
  // A character of JSON may take six bytes.
  const put = { schema: replace, bodyLimit: maxTextLength * 6 };
  app.put("/documents/:id/passages", put, async ({ params: { id }, body }, reply) => {
    // About 200 words, well within what nomic-embed-text reads of a text (2,048 tokens).
    const passages = splitText(body.text, 1_200, 200).map((passage) => passage.trim());
    const texts = passages.filter((passage) => passage !== "");
    await replacePassages(database, id, texts, await embed("document", texts, abortedOnLeave(reply)));
    return { passages: texts.length };
  });

  app.post("/search", { schema: search }, async ({ body: { query, owner, limit: most = 5 } }, reply) => {
    const [vector = ""] = await embed("query", [query], abortedOnLeave(reply));
    return { passages: await findPassages(database, vector, owner, most) };
  });
}
