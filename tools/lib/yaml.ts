import { Document, parse, parseAllDocuments, visit } from "yaml";

// YAML 1.1 readers (kubectl among them) take `on`, `0o17`, `12:30` and `2020-01-01` for something else than text;
// `compat` quotes whatever either version would misread. No anchors: Kubernetes files have none. No folding: stable diffs.
const SETTINGS = { compat: "yaml-1.1", aliasDuplicateObjects: false } as const;

/** A value as YAML that YAML 1.1 and 1.2 readers understand alike; two spaces, no folding, no anchors. */
export function emitYaml(value: unknown): string {
  return new Document(value, SETTINGS).toString({ lineWidth: 0 });
}

/** A value on one line: `{op: test, path: /spec, value: core}`. */
export function emitFlow(value: unknown): string {
  const document = new Document(value, SETTINGS);
  visit(document, { Collection: (_, node) => void (node.flow = true) });
  return document.toString({ lineWidth: 0, flowCollectionPadding: false }).trimEnd();
}

/** Every document of a YAML stream; throws on what is not YAML. */
export function parseYamlStream(text: string): unknown[] {
  const documents = parseAllDocuments(text, { version: "1.1", schema: "yaml-1.1", merge: false });
  if ("empty" in documents) return [];
  return documents.map((document) => {
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS() as unknown;
  });
}

export function parseYaml(text: string): unknown {
  return parse(text) as unknown;
}
