import { type YamlNode, type YamlScalar } from "../../lib/yaml-nodes.ts";
import { isList, isMapping } from "./node.ts";

// How a file is laid over another. https://github.com/compose-spec/compose-spec/blob/main/13-merge.md

/** Lists of `NAME=value` that are mappings by another name. */
const PAIRS = new Set(["environment", "labels", "annotations", "args", "additional_contexts", "sysctls"]);
/** One text, or a list of them. */
const LISTS = new Set(["dns", "dns_opt", "dns_search", "env_file", "label_file", "tmpfs", "extra_hosts"]);
/** Names, or a mapping by them. */
const NAMED = new Set(["depends_on", "networks", "models"]);
/** Replaced whole: half a command is none. */
const WHOLE = new Set(["command", "entrypoint", "test"]);
/** Items that stand for what they name: a later one takes the place of an earlier one. */
const IDENTITIES: Readonly<Record<string, (item: YamlNode) => string>> = {
  volumes: (item) => mountTarget(item),
  devices: (item) => mountTarget(item),
  configs: (item) => field(item, "target") ?? field(item, "source") ?? plain(item),
  secrets: (item) => field(item, "target") ?? field(item, "source") ?? plain(item),
  ports: (item) =>
    ["host_ip", "target", "published", "protocol"]
      .map((key) => field(item, key) ?? "")
      .join(" ")
      .trim() || plain(item),
};

/** `over` laid over `base`, which `!reset` removes and `!override` replaces. Null where nothing is left. */
export function mergeNodes(base: YamlNode | undefined, over: YamlNode, path: readonly string[] = []): YamlNode | null {
  if (over.tag === "!reset") return null;
  if (over.tag === "!override" || base === undefined) return cleaned(over);
  // Below the services' own keys, names are the user's: a variable may be called "command".
  const key = path.length >= 3 ? (path.at(-1) ?? "") : "";
  if (WHOLE.has(key) || (key === "logging" && isOtherDriver(base, over))) return cleaned(over);
  return mergeValues(...alike(base, over, key), key, path);
}

function mergeValues(base: YamlNode, over: YamlNode, key: string, path: readonly string[]): YamlNode {
  if (isMapping(base.value) && isMapping(over.value)) return mergeMappings(base, over, path);
  if (isList(base.value) && isList(over.value)) return mergeLists(base, over, key);
  return over.value === null ? base : cleaned(over);
}

/** Both in the form that can be merged, where Compose knows several. */
function alike(base: YamlNode, over: YamlNode, key: string): [YamlNode, YamlNode] {
  if (key === "build") return [asContext(base), asContext(over)];
  if (PAIRS.has(key) || NAMED.has(key)) return [asMapping(base, key), asMapping(over, key)];
  const isMapped = isMapping(base.value) && isMapping(over.value);
  return LISTS.has(key) && !isMapped ? [asList(base), asList(over)] : [base, over];
}

/** Options of one driver mean nothing to another. */
function isOtherDriver(base: YamlNode, over: YamlNode): boolean {
  const driver = field(over, "driver");
  return driver !== null && driver !== field(base, "driver");
}

/** What a file says when nothing lies under it: `!reset` is gone, other tags mean nothing more. */
export function cleaned(node: YamlNode): YamlNode {
  const { value } = node;
  if (isMapping(value)) {
    const kept = [...value].filter(([, inner]) => inner.tag !== "!reset");
    return { ...node, tag: null, value: new Map(kept.map(([key, inner]) => [key, cleaned(inner)])) };
  }
  if (isList(value)) return { ...node, tag: null, value: value.map(cleaned) };
  return { ...node, tag: null };
}

function mergeMappings(base: YamlNode, over: YamlNode, path: readonly string[]): YamlNode {
  const merged = new Map(isMapping(base.value) ? base.value : []);
  for (const [key, inner] of isMapping(over.value) ? over.value : []) {
    const result = mergeNodes(merged.get(key), inner, [...path, key]);
    if (result === null) merged.delete(key);
    else merged.set(key, result);
  }
  return { ...base, tag: null, value: merged };
}

function mergeLists(base: YamlNode, over: YamlNode, key: string): YamlNode {
  const identity = IDENTITIES[key] ?? plain;
  const items = new Map<string, YamlNode>();
  for (const list of [base, over])
    for (const item of isList(list.value) ? list.value : []) items.set(identity(item), cleaned(item));
  return { ...base, tag: null, value: [...items.values()] };
}

function asContext(node: YamlNode): YamlNode {
  return typeof node.value === "string" ? { ...node, value: new Map([["context", node]]) } : node;
}

function asList(node: YamlNode): YamlNode {
  if (isList(node.value)) return node;
  if (!isMapping(node.value)) return { ...node, value: node.value === null ? [] : [node] };
  const items = [...node.value].map(([name, inner]) => ({ ...inner, value: `${name}=${plain(inner)}` }));
  return { ...node, value: items };
}

function asMapping(node: YamlNode, key: string): YamlNode {
  if (!isList(node.value)) return node;
  const entries = node.value.map((item): [string, YamlNode] => {
    const text = plain(item);
    const cut = NAMED.has(key) ? -1 : text.indexOf("=");
    const value: YamlScalar = cut < 0 ? null : text.slice(cut + 1);
    return [cut < 0 ? text : text.slice(0, cut), { ...item, value }];
  });
  return { ...node, value: new Map(entries) };
}

function field(node: YamlNode, key: string): string | null {
  const found = isMapping(node.value) ? node.value.get(key) : undefined;
  return found === undefined ? null : plain(found);
}

function plain({ value }: YamlNode): string {
  if (isMapping(value)) return JSON.stringify([...value].map(([key, inner]) => [key, plain(inner)]));
  return isList(value) ? JSON.stringify(value.map(plain)) : String(value);
}

/** `./data:/var/lib/data:ro` is mounted at `/var/lib/data`. */
function mountTarget(item: YamlNode): string {
  if (isMapping(item.value)) return field(item, "target") ?? plain(item);
  const [first = "", second] = plain(item).split(":");
  return second ?? first;
}
