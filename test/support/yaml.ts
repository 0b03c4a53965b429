import { parseAllDocuments } from "yaml";

/** Every document of what kubectl prints; it quotes whatever YAML 1.2 would take for something else than text. */
export function parseYamlStream(text: string): unknown[] {
  const documents = parseAllDocuments(text);
  if ("empty" in documents) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as unknown;
  });
}
