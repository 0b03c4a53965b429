import {
  type Document,
  LineCounter,
  type Node,
  type Pair,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
} from "yaml";

/** YAML that still knows where everything stands. Anchors, aliases and merge keys (`<<`) are resolved. */
export interface YamlNode {
  readonly file: string;
  /** `file:line:column` of the key it belongs to, or of the item itself. */
  readonly where: string;
  /** `!reset`, `!override` and the like; null for plain YAML. */
  readonly tag: string | null;
  readonly value: YamlScalar | readonly YamlNode[] | ReadonlyMap<string, YamlNode>;
}

export type YamlScalar = string | number | boolean | null;

export interface YamlProblem {
  readonly where: string;
  readonly message: string;
}

/** Every document of a file. Where there are problems (syntax, keys written twice), the documents are not to be relied on. */
export function readYaml(
  text: string,
  file: string,
): { readonly documents: readonly YamlNode[]; readonly problems: readonly YamlProblem[] } {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, uniqueKeys: true, logLevel: "silent" });
  const found: readonly Document[] = Array.isArray(parsed) ? parsed : [];
  const at = (offset: number): string => `${file}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
  const problems = found.flatMap(({ errors }) =>
    errors.map(({ pos, code, message }) => ({
      where: at(pos[0]),
      message: code === "DUPLICATE_KEY" ? "this key is written twice in the same mapping" : firstLine(message),
    })),
  );
  if (problems.length > 0) return { documents: [], problems };
  const reader = { file, at, left: MAX_NODES, problems: new Map<string, YamlProblem>() };
  const documents = found.flatMap((document) =>
    document.contents ? [readNode(document.contents as Node, { ...reader, document, open: new Set() }, null)] : [],
  );
  return { documents, problems: [...reader.problems.values()] };
}

// Far above any file that a person writes; aliases of aliases grow without end.
const MAX_NODES = 200_000;

interface Reader {
  readonly file: string;
  readonly at: (offset: number) => string;
  readonly document: Document;
  /** Nodes inside which we are: an alias to one of them would never end. */
  readonly open: Set<Node>;
  readonly problems: Map<string, YamlProblem>;
  left: number;
}

function readNode(node: Node, reader: Reader, key: Node | null): YamlNode {
  const where = reader.at((key ?? node).range?.[0] ?? 0);
  const target = isAlias(node) ? (node.resolve(reader.document) ?? null) : node;
  const empty: YamlNode = { file: reader.file, where, tag: null, value: null };
  if (target === null) return refuse(empty, reader, "this alias has no anchor");
  if (reader.open.has(target)) return refuse(empty, reader, "this alias stands within its own anchor");
  if (reader.left-- <= 0) return refuse(empty, reader, "its aliases grow beyond all measure");
  const tag = target.tag?.startsWith("!") ? target.tag : null;
  if (!isCollection(target)) return { ...empty, tag, value: scalarOf(target) };
  reader.open.add(target);
  const value = isSeq(target)
    ? target.items.map((item) => readNode(item as Node, reader, null))
    : new Map(isMap(target) ? entriesOf(target.items as Pair<Node, Node | null>[], reader) : []);
  reader.open.delete(target);
  return { ...empty, tag, value };
}

/** The mapping's own entries, then what its merge keys add. https://yaml.org/type/merge.html */
function entriesOf(pairs: readonly Pair<Node, Node | null>[], reader: Reader): [string, YamlNode][] {
  const isMerge = ({ key }: Pair<Node, Node | null>): boolean => isScalar(key) && key.value === "<<";
  const read = ({ key, value }: Pair<Node, Node | null>): YamlNode =>
    value === null
      ? { file: reader.file, where: reader.at(key.range?.[0] ?? 0), tag: null, value: null }
      : readNode(value, reader, key);
  const own = pairs
    .filter((pair) => !isMerge(pair))
    .map((pair): [string, YamlNode] => [String(isScalar(pair.key) ? pair.key.value : pair.key), read(pair)]);
  const merged = pairs.filter(isMerge).flatMap((pair) => mergedEntries(read(pair), reader));
  const seen = new Set<string>();
  return [...own, ...merged].filter(([key]) => !seen.has(key) && seen.add(key));
}

function mergedEntries(source: YamlNode, reader: Reader): [string, YamlNode][] {
  if (source.value instanceof Map) return [...(source.value as ReadonlyMap<string, YamlNode>)];
  if (Array.isArray(source.value))
    return (source.value as readonly YamlNode[]).flatMap((one) => mergedEntries(one, reader));
  refuse(source, reader, "`<<` wants a mapping, or a list of mappings");
  return [];
}

function refuse(node: YamlNode, { problems }: Reader, message: string): YamlNode {
  problems.set(`${node.where} ${message}`, { where: node.where, message });
  return { ...node, value: null };
}

/** `0440` is octal to the readers that Compose uses. */
function scalarOf(node: Node): YamlScalar {
  if (!isScalar(node)) return null;
  const { value, source, type } = node;
  if (type === "PLAIN" && typeof value === "number" && /^0[0-7]+$/.test(source ?? "")) return parseInt(source ?? "", 8);
  if (typeof value === "number" || typeof value === "boolean" || value === null) return value;
  return typeof value === "string" ? value : (source ?? null);
}

function firstLine(message: string): string {
  return (message.split("\n")[0] ?? message).replace(/ at line \d+, column \d+:?$/, "");
}
