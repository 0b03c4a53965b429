import { dirname, resolve } from "node:path";
import type { YamlNode } from "../../lib/yaml-nodes.ts";
import { mistake } from "./entry.ts";
import { type Loading, label } from "./loading.ts";
import { cleaned, mergeNodes } from "./merge.ts";
import { isMapping } from "./node.ts";
import { readDocuments } from "./read.ts";

/** A document with every `extends` of its services resolved. `before` is what earlier files say. */
export function extended(
  document: YamlNode,
  path: string,
  before: YamlNode | undefined,
  values: ReadonlyMap<string, string>,
  loading: Loading,
): YamlNode {
  const one = { document, before, path, values, loading };
  return ["services", "jobs"].reduce((whole, section) => {
    const services = field(document, section);
    if (!services || !isMapping(services.value) || !isMapping(whole.value)) return whole;
    const resolved = [...services.value].map(([name, service]): [string, YamlNode] => [
      name,
      extendedService(name, service, section, one, []),
    ]);
    return { ...whole, value: new Map([...whole.value, [section, { ...services, value: new Map(resolved) }]]) };
  }, document);
}

interface Extending {
  readonly document: YamlNode;
  readonly before: YamlNode | undefined;
  readonly path: string;
  readonly values: ReadonlyMap<string, string>;
  readonly loading: Loading;
}

function extendedService(
  name: string,
  service: YamlNode,
  section: string,
  one: Extending,
  open: readonly string[],
): YamlNode {
  const key = field(service, "extends");
  if (!key || !isMapping(service.value) || key.tag === "!reset") return service;
  const base = baseOf(name, key, section, one, open);
  one.loading.entries.push({
    path: [section, name, "extends"],
    where: key.where,
    to: "the service it extends, merged",
    told: null,
  });
  const own: YamlNode = { ...service, value: new Map([...service.value].filter(([inner]) => inner !== "extends")) };
  return (base && mergeNodes(base, own, [section, name])) ?? own;
}

/** The service that another one extends, itself resolved; `depends_on` and the like come with it, as Compose has it. */
function baseOf(
  name: string,
  key: YamlNode,
  section: string,
  one: Extending,
  open: readonly string[],
): YamlNode | null {
  const named = typeof key.value === "string" ? key.value : text(field(key, "service"));
  const file = text(field(key, "file"));
  const path = file === null ? one.path : resolve(folderOf(key, one), file);
  const id = `${path} ${named}`;
  if (named === null) return refused(key, "extends names no service", one);
  if (open.includes(id) || (file === null && named === name))
    return refused(key, `the service "${named}" extends itself`, one);
  const other = file === null ? one : otherFile(path, one);
  const base = other && (serviceIn(other.document, section, named) ?? serviceIn(other.before, section, named));
  if (!other || !base)
    return refused(key, `extends names "${named}", which is no service of "${label(path, one.loading)}"`, one);
  return cleaned(extendedService(named, base, section, other, [...open, id]));
}

function otherFile(path: string, one: Extending): Extending | null {
  if (!one.loading.folders.has(label(path, one.loading)))
    one.loading.folders.set(label(path, one.loading), dirname(path));
  const [document] = readDocuments(path, one.values, one.loading);
  return document ? { ...one, document, before: undefined, path } : null;
}

function folderOf(key: YamlNode, { loading, path }: Extending): string {
  return loading.folders.get(key.file) ?? dirname(path);
}

function serviceIn(document: YamlNode | undefined, section: string, name: string): YamlNode | undefined {
  return document && field(field(document, section), name);
}

function field(node: YamlNode | undefined, key: string): YamlNode | undefined {
  return node && isMapping(node.value) ? node.value.get(key) : undefined;
}

function text(node: YamlNode | undefined): string | null {
  return typeof node?.value === "string" ? node.value : null;
}

function refused(key: YamlNode, message: string, { loading }: Extending): null {
  loading.findings.push(mistake("COMPOSE_EXTENDS", key.where, message, "name a service that is there"));
  return null;
}
