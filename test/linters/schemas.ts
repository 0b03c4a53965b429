import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { KubeObject } from "../../tools/render/object.ts";
import { parseYamlStream } from "../support/yaml.ts";
import { LINTERS } from "./linter.ts";

/** Definitions of custom resources, as their projects publish them. */
export const CRDS = join(LINTERS, "crds");

/** What kubeconform makes of a template: one for Kubernetes' own kinds, one for custom resources. */
export const TEMPLATES = [
  "{{.ResourceKind}}{{.KindSuffix}}.json",
  "{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json",
] as const;

type Schema = Readonly<Record<string, unknown>>;

interface Definition {
  readonly kind: string;
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly { readonly name: string; readonly schema: { readonly openAPIV3Schema: Schema } }[];
  };
}

/** Where the strict JSON schemas of a Kubernetes version lie (`v1.32.0`), or null where they are not installed. */
export function kubernetesSchemas(version: string): string | null {
  const lib = join(LINTERS, "python", "lib");
  const found = (existsSync(lib) ? readdirSync(lib) : [])
    .map((python) => join(lib, python, "site-packages/kubernetes_validate/kubernetes-json-schema"))
    .map((schemas) => join(schemas, `${version}-local-strict`));
  return found.find((folder) => existsSync(folder)) ?? null;
}

/** Writes the schemas that these objects need where kubeconform finds them; what has none is for kubeconform to tell. */
export function writeSchemas(folder: string, from: string, objects: readonly KubeObject[]): void {
  const names = new Set(objects.map(({ apiVersion, kind }) => `${kind}${suffix(apiVersion)}.json`.toLowerCase()));
  for (const name of ["_definitions.json", ...names])
    if (existsSync(join(from, name))) write(join(folder, name), local(readFileSync(join(from, name), "utf8")));
  for (const { spec } of definitions())
    for (const { name, schema } of spec.versions)
      write(
        join(folder, spec.group, `${spec.names.kind.toLowerCase()}_${name}.json`),
        JSON.stringify(closed(schema.openAPIV3Schema)),
      );
}

/** `apps/v1` → `-apps-v1`, `networking.k8s.io/v1` → `-networking-v1`, `v1` → `-v1` */
function suffix(apiVersion: string): string {
  const [group = "", version] = apiVersion.split("/");
  return version === undefined ? `-${group}` : `-${group.split(".")[0]}-${version}`;
}

/** They call themselves by addresses of the web, and each other by these: here they are files side by side. */
function local(text: string): string {
  return text
    .replaceAll(/"\$id": "https:[^"]*"/g, '"$comment": ""')
    .replaceAll('"$ref": "/api/_definitions.json#', '"$ref": "_definitions.json#');
}

/** As the API server does: a field that a custom resource's definition does not name is a mistake. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]));
  const isOpen = "additionalProperties" in schema || "x-kubernetes-preserve-unknown-fields" in schema;
  return schema["type" as never] === "object" && "properties" in schema && !isOpen
    ? { ...inner, additionalProperties: false }
    : inner;
}

function definitions(): Definition[] {
  const files = existsSync(CRDS) ? readdirSync(CRDS) : [];
  return files.flatMap((file) => parseYamlStream(readFileSync(join(CRDS, file), "utf8")) as Definition[]);
}

function write(path: string, schema: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, schema);
}
