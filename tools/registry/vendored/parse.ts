import type { Finding } from "../../lib/errors.ts";
import { isObject } from "../../lib/merge.ts";
import { lostInKustomize } from "../../lib/text.ts";
import { type YamlDocument, parseYamlStream } from "../../lib/yaml.ts";
import type { PlainObject } from "./object.ts";

/** An object that can be applied as it is; its namespace is still what the file says. */
export interface ParsedObject {
  readonly object: PlainObject;
  readonly file: string;
  readonly where: string;
}

export interface ParsedManifest {
  readonly objects: readonly ParsedObject[];
  readonly findings: readonly Finding[];
}

type Path = readonly (string | number)[];

/** An item of a document, and how to name a place in it. */
interface Item {
  readonly value: unknown;
  readonly where: (path: Path) => string;
  readonly hasTemplates: boolean;
}

/** The objects of one vendored file, Lists taken apart; and what is wrong with it, at `file:line:column`. */
export function parseManifest(file: string, text: string): ParsedManifest {
  const parsed = parseYamlStream(text).map((document) => parseDocument(file, document, text.includes("{{")));
  const objects = parsed.flatMap((one) => one.objects);
  const findings = parsed.flatMap((one) => one.findings);
  if (objects.length + findings.length > 0) return { objects, findings };
  const message = "the file holds no object";
  return { objects, findings: [error("MANIFEST_EMPTY", `${file}:1:1`, message, "remove it from `files`, or fill it")] };
}

function parseDocument(file: string, document: YamlDocument, hasTemplates: boolean): ParsedManifest {
  if (document.problem) {
    const { line, column, message } = document.problem;
    return { objects: [], findings: [syntax(`${file}:${line}:${column}`, message, hasTemplates)] };
  }
  const where = (path: Path): string => {
    const { line, column } = document.at(path);
    return `${file}:${line}:${column}`;
  };
  const items = itemsOf({ value: document.value, where, hasTemplates });
  const judged = items.map((item) => ({ item, findings: findingsAbout(item) }));
  return {
    objects: judged
      .filter(({ findings }) => findings.every(({ severity }) => severity === "warning"))
      .map(({ item }) => ({ object: cleaned(item.value as PlainObject), file, where: item.where([]) })),
    findings: judged.flatMap(({ findings }) => findings),
  };
}

/** `kubectl get -o yaml` writes Lists; what applies them takes them apart as well. */
function itemsOf(item: Item): Item[] {
  const { value } = item;
  if (!isObject(value) || !String(value["kind"]).endsWith("List") || !Array.isArray(value["items"])) return [item];
  return value["items"].flatMap((inner: unknown, i) =>
    itemsOf({ ...item, value: inner, where: (path) => item.where(["items", i, ...path]) }),
  );
}

function syntax(where: string, message: string, hasTemplates: boolean): Finding {
  return hasTemplates
    ? error("MANIFEST_TEMPLATE", where, `this is a template, not YAML: ${message}`, RENDER)
    : error("MANIFEST_SYNTAX", where, `not YAML: ${message}`, "correct the file, or copy it again from its source");
}

const RENDER = "render the chart first (helm template NAME CHART > FILE), and name what that writes";

function findingsAbout(item: Item): Finding[] {
  const { value, where, hasTemplates } = item;
  if (!isObject(value) || typeof value["apiVersion"] !== "string" || typeof value["kind"] !== "string") {
    const message = "this document is no Kubernetes object: it says no apiVersion and kind";
    return [error("MANIFEST_OBJECT", where([]), message, hasTemplates ? RENDER : "remove it, or write both")];
  }
  if (value["apiVersion"].startsWith("kustomize.config.k8s.io/"))
    return [error("MANIFEST_OBJECT", where([]), "a kustomization is no object", "name the files that it lists")];
  const metadata = isObject(value["metadata"]) ? value["metadata"] : {};
  if (typeof metadata["name"] !== "string" || metadata["name"] === "") return [nameless(item, metadata)];
  return [...metadataFindings(item, metadata), ...secretFindings(item), ...textFindings(item)];
}

function nameless({ where, hasTemplates }: Item, metadata: Readonly<Record<string, unknown>>): Finding {
  const { name } = metadata;
  if (typeof name === "boolean" || typeof name === "number") {
    const message = "YAML does not take this name for text";
    return error("MANIFEST_NAME", where(["metadata", "name"]), message, "write it with quotes, as the file has it");
  }
  const fix = hasTemplates ? RENDER : "give it a metadata.name";
  if (metadata["generateName"] === undefined)
    return error("MANIFEST_NAME", where(["metadata", "name"]), "this object has no name", fix);
  const message = "kustomize refuses generateName, and each apply would make another object";
  return error("MANIFEST_NAME", where(["metadata", "generateName"]), message, "give it a metadata.name");
}

function metadataFindings({ where }: Item, metadata: Readonly<Record<string, unknown>>): Finding[] {
  const words = ["labels", "annotations"].flatMap((field) =>
    Object.entries(isObject(metadata[field]) ? metadata[field] : {})
      .filter(([, text]) => typeof text !== "string")
      .map(([key, text]) => {
        const fix = `write it with quotes: "${String(text)}"`;
        return error("MANIFEST_TEXT", where(["metadata", field, key]), `${field} hold text only`, fix);
      }),
  );
  const annotations = isObject(metadata["annotations"]) ? metadata["annotations"] : {};
  if (annotations["helm.sh/hook"] === undefined) return words;
  const message = "this is a Helm hook: kubectl applies it like any other object, at no particular time";
  const fix = "leave it out (helm template --no-hooks), or keep it knowingly and remove the annotation";
  return [
    ...words,
    { ...error("MANIFEST_HOOK", where(["metadata", "annotations"]), message, fix), severity: "warning" },
  ];
}

/** Charts bring empty Secrets for controllers to fill: those are fine. */
function secretFindings({ value, where }: Item): Finding[] {
  const object = value as PlainObject;
  const filled = ["data", "stringData"].find((field) => {
    const data = object[field];
    return isObject(data) && Object.keys(data).length > 0;
  });
  if (object.kind !== "Secret" || object.apiVersion !== "v1" || filled === undefined) return [];
  const message = `the Secret ${object.metadata.name} holds values, which do not belong into a repository`;
  const fix = 'remove it from the file, and create it in the cluster; what services read is declared under "secrets"';
  return [error("MANIFEST_SECRET", where([filled]), message, fix)];
}

/** One finding an object is enough. */
function textFindings({ value, where }: Item): Finding[] {
  const path = lostAt(value, []);
  if (path === null) return [];
  const message = "this text holds a character that kustomize cannot carry";
  return [error("TEXT_LOST", where(path), message, "remove it: it is invisible, and mostly came with a paste")];
}

function lostAt(value: unknown, path: Path): Path | null {
  if (typeof value === "string") return lostInKustomize(value) === null ? null : path;
  if (typeof value !== "object" || value === null) return null;
  for (const [key, inner] of Object.entries(value)) {
    const found = lostAt(inner, [...path, Array.isArray(value) ? Number(key) : key]);
    if (found !== null) return found;
  }
  return null;
}

/** Without what only a running cluster says, and without what is there and empty: kustomize would drop some of it. */
function cleaned(object: PlainObject): PlainObject {
  const { apiVersion, kind, metadata, ...written } = object;
  const fields = Object.fromEntries(Object.entries(written).filter(([field]) => field !== "status"));
  const kept = Object.entries(metadata).filter(
    ([field, value]) => !FROM_CLUSTER.has(field) && value !== null && !(isObject(value) && isEmpty(value)),
  );
  return { apiVersion, kind, metadata: Object.fromEntries(kept) as PlainObject["metadata"], ...fields };
}

const FROM_CLUSTER: ReadonlySet<string> = new Set([
  "creationTimestamp",
  "generation",
  "managedFields",
  "resourceVersion",
  "selfLink",
  "uid",
]);

function isEmpty(value: object): boolean {
  return Object.keys(value).length === 0;
}

function error(code: string, where: string, message: string, fix: string): Finding {
  return { code, severity: "error", where, message, fix };
}
