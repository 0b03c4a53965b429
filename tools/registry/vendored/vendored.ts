import type { Finding } from "../../lib/errors.ts";
import { isObject, sortedEntries } from "../../lib/merge.ts";
import type { Registry } from "../schema.ts";
import type { Source } from "../source.ts";
import { clashes } from "./clashes.ts";
import type { PlainObject, Vendored, VendoredObject } from "./object.ts";
import { type ParsedObject, parseManifest } from "./parse.ts";
import { vendoredWarnings } from "./warnings.ts";
import { type Scope, groupKind, scopeOf } from "./scope.ts";

/** Kinds that the definitions among the vendored files bring, with their scope. */
export type Definitions = ReadonlyMap<string, Scope>;

/**
 * The objects of every entry of `manifests`, each with its namespace and its place. `files`: text by the path that the
 * registry uses; files that are not there were told already. Pure.
 */
export function vendoredObjects(
  registry: Registry,
  source: Source,
  files: ReadonlyMap<string, string>,
): { readonly vendored: Vendored; readonly findings: readonly Finding[] } {
  const parsed = sortedEntries(registry.manifests).map(([name, entry]) => ({
    name,
    files: entry.files.flatMap((file) => parsedFile(file, files)),
  }));
  const definitions = definitionsIn(parsed.flatMap((one) => one.files.flatMap(({ objects }) => objects)));
  const placed = parsed.map(({ name, files: own }) => ({
    name,
    all: own.flatMap(({ objects }) => objects).map((object) => place(object, name, registry, source, definitions)),
  }));
  const vendored: Vendored = new Map(placed.map(({ name, all }) => [name, all.flatMap(({ object }) => object ?? [])]));
  const findings = [
    ...parsed.flatMap((one) => one.files.flatMap((file) => file.findings)),
    ...oncePerManifest(placed.flatMap(({ all }) => all.flatMap((one) => one.findings))),
    ...clashes(registry, vendored),
    ...vendoredWarnings(registry, vendored),
  ];
  return { vendored, findings };
}

function parsedFile(file: string, files: ReadonlyMap<string, string>): ReturnType<typeof parseManifest>[] {
  const text = files.get(file);
  return text === undefined ? [] : [parseManifest(file, text)];
}

/** https://kubernetes.io/docs/reference/kubernetes-api/extend-resources/custom-resource-definition-v1/ */
export function definitionsIn(objects: readonly { readonly object: PlainObject }[]): Definitions {
  return new Map(
    objects.flatMap(({ object }) => {
      const spec = object["spec"];
      if (!isDefinition(object) || !isObject(spec) || !isObject(spec["names"])) return [];
      const scope = spec["scope"] === "Cluster" ? "cluster" : "namespaced";
      return [[`${String(spec["group"])}/${String(spec["names"]["kind"])}`, scope] as const];
    }),
  );
}

function isDefinition({ apiVersion, kind }: PlainObject): boolean {
  return groupKind(apiVersion, kind) === "apiextensions.k8s.io/CustomResourceDefinition";
}

interface Placing {
  readonly object: VendoredObject | null;
  readonly findings: readonly Finding[];
}

function place(
  { object, file, where }: ParsedObject,
  manifest: string,
  registry: Registry,
  source: Source,
  definitions: Definitions,
): Placing {
  const scope = scopeOf(object.apiVersion, object.kind, definitions);
  if (isDefinition(object)) return { object: { object: inNamespace(object), home: "crds", file, where }, findings: [] };
  if (scope === "cluster") return clusterScoped(inNamespace(object), file, where, registry);
  const namespace = object.metadata.namespace ?? namespaceFor(manifest, registry);
  if (namespace === undefined) return { object: null, findings: [homeless(object, manifest, registry, source)] };
  const isGuess = scope === "unknown" && object.metadata.namespace === undefined;
  const home = Object.hasOwn(registry.namespaces, namespace) ? "own" : "cluster";
  const findings = isGuess ? [guessed(object, namespace, where)] : [];
  return { object: { object: inNamespace(object, namespace), home, file, where }, findings };
}

function clusterScoped(object: PlainObject, file: string, where: string, registry: Registry): Placing {
  const { name } = object.metadata;
  if (object.kind !== "Namespace" || !Object.hasOwn(registry.namespaces, name))
    return { object: { object, home: "cluster", file, where }, findings: [] };
  const message = `the namespace "${name}" is the registry's own, which makes it with labels and policies`;
  const fix = `remove it from the file; its labels belong to namespaces.${name} of services.json`;
  return { object: null, findings: [{ code: "OBJECT_CLASH", severity: "error", where, message, fix }] };
}

function namespaceFor(manifest: string, { manifests, namespaces }: Registry): string | undefined {
  const known = Object.keys(namespaces);
  return manifests?.[manifest]?.namespace ?? (known.length === 1 ? known[0] : undefined);
}

/** A namespace on what has none is what some charts write; the API ignores it, kustomize would not. */
function inNamespace(object: PlainObject, namespace?: string): PlainObject {
  const { apiVersion, kind, metadata, ...fields } = object;
  const { name, namespace: _, ...words } = metadata;
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }), ...words }, ...fields };
}

function homeless({ kind, metadata }: PlainObject, manifest: string, registry: Registry, source: Source): Finding {
  return {
    code: "NAMESPACE_MISSING",
    severity: "error",
    where: source.where(["manifests", manifest]),
    message: `objects of "${manifest}" say no namespace, such as ${kind}/${metadata.name}`,
    fix: `add "namespace": one of ${Object.keys(registry.namespaces).join(", ")}`,
  };
}

function guessed({ apiVersion, kind, metadata }: PlainObject, namespace: string, where: string): Finding {
  return {
    code: "MANIFEST_SCOPE",
    severity: "warning",
    where,
    message: `nothing says whether a ${kind} of ${apiVersion} belongs to a namespace: ${metadata.name} is put into ${namespace}`,
    fix: "vendor its definition too, or write its namespace into the file",
  };
}

/** The same place may lack a namespace for many objects: told for the first. */
function oncePerManifest(findings: readonly Finding[]): Finding[] {
  const seen = new Set<string>();
  return findings.filter(({ code, where }) => {
    const isNew = !seen.has(`${code} ${where}`);
    seen.add(`${code} ${where}`);
    return isNew;
  });
}
