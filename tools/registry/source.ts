import { type Node, parseTree, visit } from "jsonc-parser";
import type { Finding } from "../lib/errors.ts";
import { isObject } from "../lib/merge.ts";
import { lostInKustomize } from "../lib/text.ts";
import { type Position, syntaxFindings } from "./syntax.ts";

export type Path = readonly (string | number)[];

/** A parsed JSON file that still knows where everything stands. */
export interface Source {
  readonly file: string;
  readonly value: unknown;
  /** `file:line:column` of what stands at a path, or of its nearest ancestor that is written. */
  where(path: Path): string;
  /** The same for the key at the end of a path rather than its value. */
  whereKey(path: Path): string;
  /** Whether the file itself says something at a path. */
  has(path: Path): boolean;
}

/** Reads strict JSON (no comments, no trailing commas). Syntax errors and keys written twice come back as findings. */
export function readSource(
  written: string,
  file: string,
): { readonly source: Source; readonly findings: readonly Finding[]; readonly readable: boolean } {
  // Some editors begin every file with a mark that nobody sees.
  const text = written.replace(/^\ufeff/, "");
  const at = positions(text, file);
  const syntax = syntaxFindings(text, at);
  const readable = syntax.length === 0;
  const source = sourceOf(readable ? text : "null", file, at);
  const findings = readable ? [...keyFindings(text, at), ...textFindings(source.value, [], source)] : syntax;
  return { source, findings, readable };
}

function sourceOf(text: string, file: string, at: Position): Source {
  const value: unknown = JSON.parse(text);
  const tree = treeOf(text);
  return {
    file,
    value,
    where: (path) => at(tree(path)?.offset ?? 0),
    whereKey: (path) => {
      const node = tree(path);
      const property = node?.parent?.type === "property" ? node.parent : node;
      return at(property?.offset ?? 0);
    },
    has: (path) => hasIn(value, path),
  };
}

function hasIn(value: unknown, path: Path): boolean {
  let inner = value;
  for (const step of path) {
    if (typeof inner !== "object" || inner === null || !Object.hasOwn(inner, step)) return false;
    inner = (inner as Record<string | number, unknown>)[step];
  }
  return true;
}

/**
 * Path → the node that is written there, or its nearest ancestor. The tree is large and only needed to tell of something:
 * it is made when it is first asked for. What an object holds is looked up by name: it may have thousands of entries.
 */
function treeOf(text: string): (path: Path) => Node | undefined {
  let root: Node | undefined;
  const entries = new WeakMap<Node, ReadonlyMap<unknown, Node>>();
  const below = (node: Node): ReadonlyMap<unknown, Node> => {
    const found = entries.get(node) ?? entriesOf(node);
    entries.set(node, found);
    return found;
  };
  return (path) => {
    root ??= parseTree(text);
    let node = root;
    for (const step of path) {
      const next: Node | undefined = node && below(node).get(step);
      if (!next) break;
      node = next;
    }
    return node;
  };
}

function entriesOf({ type, children = [] }: Node): ReadonlyMap<unknown, Node> {
  if (type !== "object") return new Map(children.map((child, i) => [i, child]));
  // Of a key that is written twice the last one counts, as it does for JSON's reader.
  return new Map(
    children.flatMap(({ children: [key, value] = [] }): [unknown, Node][] => (value ? [[key?.value, value]] : [])),
  );
}

/** Findings in the order in which a person meets their places in the file. */
export function inFileOrder(findings: readonly Finding[]): Finding[] {
  const placed = findings.map((finding) => ({ finding, place: finding.where.split(":").slice(-2).map(Number) }));
  return placed
    .toSorted(({ place: [line = 0, column = 0] }, { place: [otherLine = 0, otherColumn = 0] }) =>
      line === otherLine ? column - otherColumn : line - otherLine,
    )
    .map(({ finding }) => finding);
}

/** Offset → `file:line:column`, both from 1. */
function positions(text: string, file: string): Position {
  const starts = [0];
  for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) starts.push(i + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return `${file}:${low + 1}:${offset - (starts[low] ?? 0) + 1}`;
  };
}

// A file of nonsense has millions; whoever mends a thousand is told of the next ones.
const MAX_KEY_FINDINGS = 1000;

/** Keys written twice (JSON.parse would silently keep the last) and the one key that JavaScript objects cannot hold safely. */
function keyFindings(text: string, at: Position): Finding[] {
  const findings: Finding[] = [];
  const tell = (finding: Finding): unknown => findings.length < MAX_KEY_FINDINGS && findings.push(finding);
  const open: Set<string>[] = [];
  visit(text, {
    onObjectBegin: () => void open.push(new Set()),
    onObjectProperty: (key, offset) => {
      const seen = open.at(-1);
      if (key === "__proto__") tell(unsafeKey(at(offset)));
      else if (seen?.has(key)) tell(writtenTwice(key, at(offset)));
      seen?.add(key);
    },
    onObjectEnd: () => void open.pop(),
  });
  return findings;
}

function unsafeKey(where: string): Finding {
  const message = 'the key "__proto__" is not allowed';
  return { code: "REGISTRY_UNKNOWN_KEY", severity: "error", where, message, fix: "use another name" };
}

function writtenTwice(key: string, where: string): Finding {
  const message = `the key "${key}" is written twice in the same object`;
  return {
    code: "REGISTRY_DUPLICATE_KEY",
    severity: "error",
    where,
    message,
    fix: "keep one of the two, or merge them",
  };
}

function textFindings(value: unknown, path: Path, source: Source): Finding[] {
  if (typeof value === "string") return textFinding(value, () => source.where(path));
  if (Array.isArray(value)) return value.flatMap((inner, i) => textFindings(inner, [...path, i], source));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...textFinding(key, () => source.whereKey([...path, key])),
    ...textFindings(inner, [...path, key], source),
  ]);
}

function textFinding(text: string, where: () => string): Finding[] {
  const character = lostInKustomize(text);
  if (character === null) return [];
  const message = `this text holds ${character}, which kustomize cannot carry`;
  const fix = "remove it: it is invisible, and mostly came with a paste";
  return [{ code: "TEXT_LOST", severity: "error", where: where(), message, fix }];
}
