import type { YamlNode, YamlScalar } from "../../lib/yaml-nodes.ts";

/** A value of the merged Compose model: what stands where, and which key it is. */
export interface ComposeNode {
  /** Such as ["services", "web", "ports", "0", "published"]. */
  readonly path: readonly string[];
  /** `file:line:column`. */
  readonly where: string;
  /** The file that says it: relative paths begin at its folder. */
  readonly file: string;
  readonly value: YamlScalar | readonly ComposeNode[] | ReadonlyMap<string, ComposeNode>;
}

/** Gives every value of a merged file its path. */
export function located(node: YamlNode, path: readonly string[] = []): ComposeNode {
  const { where, file, value } = node;
  if (isMapping(value)) {
    const entries = [...value].map(([key, inner]) => [key, located(inner, [...path, key])] as const);
    return { path, where, file, value: new Map(entries) };
  }
  if (!isList(value)) return { path, where, file, value };
  return { path, where, file, value: value.map((item, i) => located(item, [...path, `${i}`])) };
}

export function isMapping<T>(
  value: YamlScalar | readonly T[] | ReadonlyMap<string, T>,
): value is ReadonlyMap<string, T> {
  return value instanceof Map;
}

export function isList<T>(value: YamlScalar | readonly T[] | ReadonlyMap<string, T>): value is readonly T[] {
  return Array.isArray(value);
}

/** What stands at the end of some keys. */
export function at(node: ComposeNode | undefined, ...keys: readonly string[]): ComposeNode | undefined {
  return keys.reduce<ComposeNode | undefined>(
    (found, key) => (found && isMapping(found.value) ? found.value.get(key) : undefined),
    node,
  );
}

/** The entries of a mapping; none for anything else. */
export function entriesOf(node: ComposeNode | undefined): readonly (readonly [string, ComposeNode])[] {
  return node && isMapping(node.value) ? [...node.value] : [];
}

/** The items of a list; one text or mapping stands for a list of one. */
export function itemsOf(node: ComposeNode | undefined): readonly ComposeNode[] {
  if (!node || node.value === null) return [];
  return isList(node.value) ? node.value : [node];
}

/** A scalar as text; null for nothing, lists and mappings. */
export function textOf(node: ComposeNode | undefined): string | null {
  if (!node || node.value === null || isMapping(node.value) || isList(node.value)) return null;
  return String(node.value);
}

export function numberOf(node: ComposeNode | undefined): number | null {
  const text = textOf(node);
  return text !== null && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : null;
}

export function flagOf(node: ComposeNode | undefined): boolean | null {
  const text = textOf(node)?.toLowerCase();
  return text === "true" || text === "yes" || text === "on" ? true : text === undefined ? null : false;
}

/** One NAME and its value, from `NAME: value` or `- NAME=value`; null where only the name stands. */
export interface Pair {
  readonly name: string;
  readonly value: string | null;
  readonly node: ComposeNode;
}

/** Compose writes many mappings as lists of `NAME=value` too. */
export function pairsOf(node: ComposeNode | undefined, separator: RegExp = /=/): readonly Pair[] {
  if (!node) return [];
  if (isMapping(node.value))
    return [...node.value].map(([name, inner]) => ({ name, value: textOf(inner), node: inner }));
  return itemsOf(node).flatMap((item): Pair[] => {
    const text = textOf(item);
    if (text === null) return [];
    const { index, 0: found } = separator.exec(text) ?? { index: -1, 0: "" };
    if (index < 0) return [{ name: text, value: null, node: item }];
    return [{ name: text.slice(0, index), value: text.slice(index + found.length), node: item }];
  });
}

/** `services.web.ports[0].published` */
export function pathText(path: readonly string[]): string {
  return path.reduce((text, key) => (/^\d+$/.test(key) ? `${text}[${key}]` : text === "" ? key : `${text}.${key}`), "");
}
