import { suggestion } from "../../lib/text.ts";
import type { Entry, Told } from "./entry.ts";
import { keyAt, namesAt } from "./keys/index.ts";
import { type ComposeNode, isList, isMapping, pathText } from "./node.ts";

/**
 * What no conversion has spoken of: keys that the table knows to have no place, keys that nobody knows, and values that
 * are not what Compose allows. With these, everything that is written in a file has an entry.
 */
export function uncovered(model: ComposeNode, entries: readonly Entry[]): readonly Entry[] {
  const spoken = new Map<string, boolean>();
  for (const { path, to } of entries) spoken.set(idOf(path), (spoken.get(idOf(path)) ?? true) && to === null);
  const above = new Set(entries.flatMap(({ path }) => path.map((_, length) => idOf(path.slice(0, length)))));
  const visit = (node: ComposeNode): readonly Entry[] => {
    const isLost = spoken.get(idOf(node.path));
    // A service as a whole may have an entry; each of its keys still has a fate of its own.
    const isService = node.path.length === 2 && /^(services|jobs)$/.test(node.path[0] ?? "");
    const hasFates = node.path.length < 2 || isService || (isLost === false && hasKeys(node));
    if (isLost !== undefined && !hasFates) return [];
    const own = isLost === undefined ? verdict(node, above.has(idOf(node.path))) : null;
    return own ? [own] : childrenOf(node).flatMap(visit);
  };
  return extensionsOnce(visit(model));
}

/** Null where the fate of its children says it all. */
function verdict(node: ComposeNode, hasEntriesBelow: boolean): Entry | null {
  if (node.path.length === 0) return null;
  const found = keyAt(node.path);
  if (!found) return unknown(node);
  const { told, keys } = found.key;
  const hasChildren = childrenOf(node).length > 0;
  if (told !== null && !hasEntriesBelow) return entry(node, { code: "COMPOSE_NOT_CARRIED", ...wordsOf(node, told) });
  if (hasChildren && (hasEntriesBelow || keys !== null)) return null;
  if (isEmpty(node)) return { path: node.path, where: node.where, to: "says nothing", told: null };
  return entry(node, {
    code: "COMPOSE_UNREADABLE",
    message: `${pathText(node.path)}: this is not what Compose allows here`,
    fix: "docker compose config says what is expected; or complete services.json by hand",
  });
}

/** One key is one thing to know, however many services say it: the place is told beside it. */
function wordsOf({ path }: ComposeNode, told: { readonly why: string; readonly fix: string }): Omit<Told, "code"> {
  const steps = path.length > 2 && path[0] !== "networks" ? path.slice(2) : path;
  return { message: `${pathText(steps).replaceAll(/\[\d+\]/g, "[]")}: ${told.why}`, fix: told.fix };
}

const EXTENSION: Told = {
  code: "COMPOSE_NOT_CARRIED",
  message: "x-…: extension fields speak to other programs, Compose itself ignores them",
  fix: "nothing: what anchors in them gave to services is taken over",
};

function unknown(node: ComposeNode): Entry {
  const name = node.path.at(-1) ?? "";
  if (name.startsWith("x-")) return entry(node, EXTENSION);
  const fix = suggestion(name, namesAt(node.path.slice(0, -1)));
  return entry(node, {
    code: "COMPOSE_UNKNOWN_KEY",
    message: `${pathText(node.path)}: Compose has no key "${name}"`,
    fix,
  });
}

function extensionsOnce(entries: readonly Entry[]): readonly Entry[] {
  const first = entries.find(({ told }) => told === EXTENSION);
  return entries.filter((one) => one.told !== EXTENSION || one === first);
}

function entry({ path, where }: ComposeNode, told: Told): Entry {
  return { path, where, to: null, told };
}

function hasKeys({ path }: ComposeNode): boolean {
  return path.length === 2 || (keyAt(path)?.key.keys ?? null) !== null;
}

function idOf(path: readonly string[]): string {
  return path.join("\n");
}

/** `volumes: {data:}` and `command:` say nothing that could be lost. */
function isEmpty({ value }: ComposeNode): boolean {
  return value === null || value === "" || (typeof value === "object" && childrenOf({ value }).length === 0);
}

function childrenOf({ value }: Pick<ComposeNode, "value">): readonly ComposeNode[] {
  if (isMapping(value)) return [...value.values()];
  return isList(value) ? value : [];
}
