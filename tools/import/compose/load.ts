import { dirname, join, resolve } from "node:path";
import type { Finding } from "../../lib/errors.ts";
import type { YamlNode } from "../../lib/yaml-nodes.ts";
import { type Disk } from "./disk.ts";
import { parseDotenv } from "./dotenv.ts";
import { type Entry, mistake } from "./entry.ts";
import { extended } from "./extends.ts";
import { type Loading, type PlacedVariable, label } from "./loading.ts";
import { mergeNodes } from "./merge.ts";
import { type ComposeNode, isList, isMapping, located } from "./node.ts";
import { readDocuments } from "./read.ts";

/** The Compose files of a project, merged as Compose merges them. */
export interface Loaded {
  /** Null where the files are not to be understood: `findings` says why. */
  readonly model: ComposeNode | null;
  readonly findings: readonly Finding[];
  /** Of keys that Compose itself resolves: `extends`, `include`. */
  readonly entries: readonly Entry[];
  readonly variables: readonly PlacedVariable[];
  /** What `.env` and its like say. */
  readonly values: ReadonlyMap<string, string>;
  /** Folder, absolute, at which the relative paths of a file begin. */
  readonly folders: ReadonlyMap<string, string>;
}

interface Layer {
  readonly files: readonly string[];
  readonly folder: string;
  readonly values: ReadonlyMap<string, string>;
  /** Files that include this one: one of them again would never end. */
  readonly open: readonly string[];
}

/** Reads the files (absolute; later ones are laid over earlier ones), what they include and what they extend. */
export function load(files: readonly string[], envFiles: readonly string[], root: string, disk: Disk): Loaded {
  const loading: Loading = { root, disk, findings: [], entries: [], variables: [], folders: new Map() };
  const folder = dirname(files[0] ?? root);
  const values = readValues(
    envFiles.length > 0 ? envFiles : [join(folder, ".env")],
    new Map(),
    loading,
    envFiles.length > 0,
  );
  const merged = readLayer({ files, folder, values, open: [] }, loading);
  const isRight = merged !== null && loading.findings.length === 0;
  return { ...loading, model: isRight ? located(merged) : null, values };
}

function readLayer(layer: Layer, loading: Loading): YamlNode | null {
  let merged: YamlNode | undefined;
  for (const path of layer.files) {
    loading.folders.set(label(path, loading), layer.folder);
    for (const document of readDocuments(path, layer.values, loading)) {
      const whole = extended(document, path, merged, layer.values, loading);
      merged = mergeNodes(merged, whole) ?? merged;
    }
  }
  return merged ? withIncluded(merged, layer, loading) : null;
}

/** `include`: what other files say, under what this one says. */
function withIncluded(main: YamlNode, layer: Layer, loading: Loading): YamlNode {
  const include = isMapping(main.value) ? main.value.get("include") : undefined;
  if (!include || !isMapping(main.value)) return main;
  const items = isList(include.value) ? include.value : [include];
  loading.entries.push({ path: ["include"], where: include.where, to: "what the files say, merged", told: null });
  const own: YamlNode = { ...main, value: new Map([...main.value].filter(([key]) => key !== "include")) };
  return items.reduce((merged, item) => {
    const inside = readIncluded(item, layer, loading);
    return (inside && mergeNodes(withoutTop(inside), merged)) ?? merged;
  }, own);
}

function readIncluded(item: YamlNode, layer: Layer, loading: Loading): YamlNode | null {
  const path = isMapping(item.value) ? item.value.get("path") : item;
  const named = texts(path);
  const files = named.map((one) => resolve(layer.folder, one));
  const again = files.find((file) => layer.open.includes(file) || layer.files.includes(file));
  if (named.length === 0 || named.some((one) => /^[a-z]+:\/\/|^git@|^oci:/.test(one)))
    return refused(
      "COMPOSE_INCLUDE",
      item.where,
      `what is included is no file of this machine: ${named.join(", ")}`,
      loading,
    );
  if (again !== undefined)
    return refused("COMPOSE_INCLUDE", item.where, `the file "${label(again, loading)}" includes itself`, loading);
  const missing = files.find((file) => loading.disk(file)?.kind !== "file");
  if (missing !== undefined)
    return refused("COMPOSE_INCLUDE", item.where, `there is no file "${label(missing, loading)}"`, loading);
  const said = isMapping(item.value) ? texts(item.value.get("project_directory"))[0] : undefined;
  const folder = said === undefined ? dirname(files[0] ?? "") : resolve(layer.folder, said);
  const envFiles = isMapping(item.value)
    ? texts(item.value.get("env_file")).map((one) => resolve(layer.folder, one))
    : [];
  const isNamed = envFiles.length > 0;
  const values = readValues(isNamed ? envFiles : [join(folder, ".env")], layer.values, loading, isNamed);
  return readLayer({ files, folder, values, open: [...layer.open, ...layer.files] }, loading);
}

function refused(code: string, where: string, message: string, { findings }: Loading): null {
  findings.push(mistake(code, where, message, "correct the path, or copy the file beside the others"));
  return null;
}

/** Only what it declares: the including file keeps its own name and version. */
function withoutTop(node: YamlNode): YamlNode {
  if (!isMapping(node.value)) return node;
  return { ...node, value: new Map([...node.value].filter(([key]) => key !== "name" && key !== "version")) };
}

/** Values that are set already win. */
function readValues(
  files: readonly string[],
  known: ReadonlyMap<string, string>,
  loading: Loading,
  mustExist: boolean,
): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const file of files) {
    const found = loading.disk(file);
    if (found?.kind === "file" && found.text !== null)
      for (const [name, value] of parseDotenv(found.text, known)) if (value !== null) values.set(name, value);
    if (found?.kind !== "file" && mustExist)
      loading.findings.push(
        mistake("COMPOSE_ENV_FILE", label(file, loading), "there is no such file of variables", "correct the path"),
      );
  }
  return new Map([...values, ...known]);
}

function texts(node: YamlNode | undefined): readonly string[] {
  if (!node) return [];
  if (isList(node.value)) return node.value.flatMap(texts);
  return typeof node.value === "string" ? [node.value] : [];
}
