import {
  type Node,
  type ParseError,
  findNodeAtLocation,
  getNodeValue,
  parseTree,
  printParseErrorCode,
} from "jsonc-parser";
import type { Finding } from "../lib/errors.ts";
import { lostInKustomize } from "../lib/text.ts";

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
  if (depthOf(text) > MAX_DEPTH) return tooDeep(file);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const at = positions(text, file);
  const syntax = text.trim() === "" ? [emptyFile(file)] : syntaxFindings(errors, at);
  const source = sourceOf(root, file, at);
  const findings = root ? [...keyFindings(root, at), ...textFindings(root, at)] : [];
  return { source, findings: [...syntax, ...findings], readable: syntax.length === 0 };
}

// Far above any registry, and far below what the parser's recursion can bear.
const MAX_DEPTH = 200;

/** How deep brackets are nested, those inside texts included: an upper bound. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function tooDeep(file: string): ReturnType<typeof readSource> {
  const where = `${file}:1:1`;
  const message = `it is nested more than ${MAX_DEPTH} levels deep`;
  const findings: Finding[] = [
    { code: "REGISTRY_SYNTAX", severity: "error", where, message, fix: "write a registry: README.md shows one" },
  ];
  return { source: sourceOf(undefined, file, () => where), findings, readable: false };
}

function sourceOf(root: Node | undefined, file: string, at: (offset: number) => string): Source {
  const nearest = (path: Path): Node | undefined => {
    for (let length = path.length; length >= 0; length--) {
      const node = root && findNodeAtLocation(root, path.slice(0, length));
      if (node) return node;
    }
    return root;
  };
  return {
    file,
    value: root ? (getNodeValue(root) as unknown) : undefined,
    where: (path) => at(nearest(path)?.offset ?? 0),
    whereKey: (path) => {
      const node = nearest(path);
      const property = node?.parent?.type === "property" ? node.parent : node;
      return at(property?.offset ?? 0);
    },
    has: (path) => root !== undefined && findNodeAtLocation(root, [...path]) !== undefined,
  };
}

/** Findings in the order in which a person meets their places in the file. */
export function inFileOrder(findings: readonly Finding[]): Finding[] {
  const place = ({ where }: Finding): readonly number[] => where.split(":").slice(-2).map(Number);
  return findings.toSorted((a, b) => {
    const [line = 0, column = 0] = place(a);
    const [otherLine = 0, otherColumn = 0] = place(b);
    return line - otherLine || column - otherColumn;
  });
}

/** Offset → `file:line:column`, both from 1. */
function positions(text: string, file: string): (offset: number) => string {
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

/** One a line: what follows the first is mostly its consequence. */
function syntaxFindings(errors: readonly ParseError[], at: (offset: number) => string): Finding[] {
  const findings = errors.map((error) => syntaxFinding(error, at));
  const line = ({ where }: Finding): string => where.replace(/:\d+$/, "");
  return findings.filter((one, i) => i === 0 || line(one) !== line(findings[i - 1] ?? one)).slice(0, 20);
}

function syntaxFinding(error: ParseError, at: (offset: number) => string): Finding {
  const what = printParseErrorCode(error.error)
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return {
    code: "REGISTRY_SYNTAX",
    severity: "error",
    where: at(error.offset),
    message: `not JSON: ${what}`,
    fix: "write plain JSON: double quotes, no comments, no comma after the last entry",
  };
}

function emptyFile(file: string): Finding {
  return {
    code: "REGISTRY_SYNTAX",
    severity: "error",
    where: `${file}:1:1`,
    message: "the file is empty",
    fix: "write a registry: README.md shows the smallest one",
  };
}

/** Keys written twice (JSON.parse would silently keep the last) and the one key that JavaScript objects cannot hold safely. */
function keyFindings(node: Node, at: (offset: number) => string): Finding[] {
  const seen = new Set<string>();
  const own = node.type === "object" ? (node.children ?? []).flatMap((property) => keyFinding(property, seen, at)) : [];
  return [...own, ...(node.children ?? []).flatMap((child) => keyFindings(child, at))];
}

function textFindings(node: Node, at: (offset: number) => string): Finding[] {
  const character = node.type === "string" ? lostInKustomize(String(node.value)) : null;
  if (character === null) return (node.children ?? []).flatMap((child) => textFindings(child, at));
  return [
    {
      code: "TEXT_LOST",
      severity: "error",
      where: at(node.offset),
      message: `this text holds ${character}, which kustomize cannot carry`,
      fix: "remove it: it is invisible, and mostly came with a paste",
    },
  ];
}

function keyFinding(property: Node, seen: Set<string>, at: (offset: number) => string): Finding[] {
  const key = String(property.children?.[0]?.value);
  const twice = seen.has(key);
  seen.add(key);
  if (key === "__proto__")
    return [
      {
        code: "REGISTRY_UNKNOWN_KEY",
        severity: "error",
        where: at(property.offset),
        message: 'the key "__proto__" is not allowed',
        fix: "use another name",
      },
    ];
  if (!twice) return [];
  return [
    {
      code: "REGISTRY_DUPLICATE_KEY",
      severity: "error",
      where: at(property.offset),
      message: `the key "${key}" is written twice in the same object`,
      fix: "keep one of the two, or merge them",
    },
  ];
}
