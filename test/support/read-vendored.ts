import type { Finding } from "../../tools/lib/errors.ts";
import { parseRegistry } from "../../tools/registry/parse.ts";
import type { Vendored } from "../../tools/registry/vendored/object.ts";
import { vendoredObjects } from "../../tools/registry/vendored/vendored.ts";

/** The one file of the registry below. */
export const FILE = "vendor/x.yaml";

/** What a registry with one vendored file makes of its text. */
export function readVendored(
  text: string,
  namespaces: object = { a: {} },
): { vendored: Vendored; findings: readonly Finding[] } {
  const { registry, source } = parseRegistry(JSON.stringify(registryOf(namespaces)), "services.json");
  return vendoredObjects(registry, source, new Map([[FILE, text]]));
}

/** A registry with one service, api, that vendors the file as `x`. */
export function registryOf(namespaces: object = { a: {} }): object {
  return {
    name: "p",
    namespaces,
    environments: { local: { profile: "local" }, other: { profile: "staging", namespaces: { a: "b-a" } } },
    manifests: { x: { files: [FILE] } },
    services: { api: { namespace: "a", image: "x:1" } },
  };
}

/** `Kind namespace/name` of each object. */
export function ids(vendored: Vendored): string[] {
  return (vendored.get("x") ?? []).map(
    ({ object: { kind, metadata } }) => `${kind} ${metadata.namespace}/${metadata.name}`,
  );
}

export function pod(name: string): string {
  return `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\n`;
}

export function definition(kind: string, scope: string): string {
  return `{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: ${kind.toLowerCase()}s.example.com}, spec: {group: example.com, scope: ${scope}, names: {kind: ${kind}}}}`;
}
