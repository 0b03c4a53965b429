import { type Tags, parseAllDocuments } from "yaml";

/**
 * Every document of what kubectl prints; it quotes whatever YAML 1.2 would take for something else than text, but for
 * numbers larger than any: Go takes those for text.
 */
export function parseYamlStream(text: string): unknown[] {
  const documents = parseAllDocuments(text, { customTags: (tags) => tags.map(finite) });
  if ("empty" in documents) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as unknown;
  });
}

function finite(tag: Tags[number]): Tags[number] {
  if (typeof tag === "string" || tag.format !== "EXP") return tag;
  return { ...tag, resolve: (text: string) => (Number.isFinite(Number(text)) ? Number(text) : text) } as typeof tag;
}
