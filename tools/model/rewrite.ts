import { isObject } from "../lib/merge.ts";
import type { PlainObject } from "../registry/vendored/object.ts";
import { isBuiltIn } from "../registry/vendored/scope.ts";

/** What an environment changes about an object that is applied as it is. */
export interface Rewrite {
  /** The registry's namespace → the environment's; any other as it is. */
  readonly namespace: (name: string) => string;
  /** Image reference as written → as the environment runs it. */
  readonly image: (reference: string) => string;
}

const REFERENCE = /^[a-z0-9][a-z0-9._/:-]*(:\w[\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/;
// Operators are told by these which images to run: cert-manager's; those that name a registry, as prometheus-operator's
// `--prometheus-config-reloader=quay.io/…:v1`; and OLM's variables.
const IMAGE_ARGUMENT = /^(--?[\w-]*image=)(.+)$/;
const REGISTRY_ARGUMENT = /^(--?[\w.-]+=)((?:[\w-]+\.)+[\w-]+(?::\d+)?\/[^\s:@]+(?::[\w.-]+|@sha256:[0-9a-f]{64}))$/;
const IMAGE_VARIABLE = /^RELATED_IMAGE_/;
// Which namespaces to watch, one or several.
const NAMESPACE_ARGUMENT = /^(--?[\w-]*namespaces?=)(.+)$/;
const NAMESPACE_VARIABLE = /(^|_)NAMESPACES?$/;
const NAMESPACE_FIELD = /^(namespace|targetNamespace|watchNamespace|kubernetes\.io\/metadata\.name)$/;
const NAMESPACE_LIST = /^(namespaces|targetNamespaces|watchNamespaces|matchNames)$/;

/**
 * The object with other namespaces and images where its fields say that they are such; texts that merely hold one stay
 * (a rule tells of them). What nothing is changed about comes back as it is.
 */
export function rewritten(object: PlainObject, rewrite: Rewrite): PlainObject {
  const { metadata } = object;
  const namespace = metadata.namespace === undefined ? undefined : rewrite.namespace(metadata.namespace);
  const moved = namespace === metadata.namespace ? metadata : { ...metadata, namespace };
  const hasPods = !NO_PODS.has(object.kind) || !isBuiltIn(object.apiVersion);
  const walk: Walk = { rewrite, hasImages: hasPods, isCustom: !isBuiltIn(object.apiVersion) };
  return withFields(object, (field, value) => (field === "metadata" ? moved : changed(value, field, walk)));
}

/** An object with other values in its fields; the same one where none is another. */
function withFields<T extends object>(object: T, change: (field: string, value: unknown) => unknown): T {
  const changes: [string, unknown][] = [];
  for (const [field, value] of Object.entries(object)) {
    const now = change(field, value);
    if (now !== value) changes.push([field, now]);
  }
  return changes.length === 0 ? object : { ...object, ...(Object.fromEntries(changes) as object) };
}

/** Their data is text, whatever it is called. */
const NO_PODS: ReadonlySet<string> = new Set(["ConfigMap", "Secret", "CustomResourceDefinition"]);

interface Walk {
  readonly rewrite: Rewrite;
  readonly hasImages: boolean;
  /** A field called `image` may then be anything: only what looks like a reference is one. */
  readonly isCustom: boolean;
}

function changed(value: unknown, field: string, walk: Walk): unknown {
  if (typeof value === "string") return changedText(value, field, walk);
  if (Array.isArray(value)) return changedList(value, field, walk);
  if (!isObject(value)) return value;
  if (!walk.hasImages && (field === "data" || field === "binaryData" || field === "stringData")) return value;
  return withFields(value, (key, inner) => changedField(key, inner, value, field, walk));
}

function changedField(key: string, inner: unknown, parent: object, field: string, walk: Walk): unknown {
  // volumes[].image.reference
  if (key === "reference" && field === "image") return changed(inner, "image", walk);
  if (key !== "value" || field !== "env" || !("name" in parent)) return changed(inner, key, walk);
  const variable = String(parent.name);
  if (NAMESPACE_VARIABLE.test(variable) && typeof inner === "string") return changedNames(inner, walk);
  return changed(inner, IMAGE_VARIABLE.test(variable) ? "image" : key, walk);
}

function changedText(text: string, field: string, { rewrite, hasImages, isCustom }: Walk): string {
  if (NAMESPACE_FIELD.test(field)) return rewrite.namespace(text);
  if (field !== "image" || !hasImages || !REFERENCE.test(text)) return text;
  return isCustom && !/[:@]/.test(text) ? text : rewrite.image(text);
}

function changedList(list: readonly unknown[], field: string, walk: Walk): unknown {
  const items = list.map((item) => {
    if (typeof item !== "string") return changed(item, field, walk);
    if (NAMESPACE_LIST.test(field)) return walk.rewrite.namespace(item);
    return field === "args" || field === "command" ? changedArgument(item, walk) : item;
  });
  return items.every((item, i) => item === list[i]) ? list : items;
}

function changedArgument(argument: string, walk: Walk): string {
  const [, flag = "", reference = ""] = IMAGE_ARGUMENT.exec(argument) ?? REGISTRY_ARGUMENT.exec(argument) ?? [];
  if (flag !== "" && REFERENCE.test(reference)) return `${flag}${walk.rewrite.image(reference)}`;
  const [, namespaceFlag = "", names = ""] = NAMESPACE_ARGUMENT.exec(argument) ?? [];
  return namespaceFlag === "" ? argument : `${namespaceFlag}${changedNames(names, walk)}`;
}

/** Names with commas between them. */
function changedNames(names: string, { rewrite }: Walk): string {
  return names
    .split(",")
    .map((name) => rewrite.namespace(name))
    .join(",");
}
