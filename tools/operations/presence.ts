import { byCodePoint, sortedEntries } from "../lib/merge.ts";
import type { Model } from "../model/model.ts";
import type { KubeObject } from "../render/object.ts";
import { claimsOf } from "./claims.ts";
import { shellWord } from "./markdown.ts";

/** A command for everything that objects name, that is none of them, and that kubectl can see. */
export function presenceChecks({ ingress, namespaces, services }: Model, objects: readonly KubeObject[]): string[] {
  const pods = objects.flatMap((object) => podOf(object) ?? []);
  const hasRoutes = services.some(({ routes }) => routes.length > 0);
  const isForeign = hasRoutes && ingress !== null && !namespaces.some(({ name }) => name === ingress.namespace);
  const named: Readonly<Record<string, readonly (string | undefined)[]>> = {
    RuntimeClass: pods.map(({ runtimeClassName }) => runtimeClassName),
    PriorityClass: pods.map(({ priorityClassName }) => priorityClassName),
    StorageClass: objects.flatMap(claimsOf).map(({ storageClassName }) => storageClassName),
    IngressClass: objects.map(ingressClassOf),
  };
  const selectors = pods.flatMap(({ nodeSelector }) => (nodeSelector ? selector(nodeSelector) : []));
  return [
    ...groupsOf(objects).map((group) => someOf(`api-resources --api-group=${group}`)),
    ...Object.entries(named).flatMap(([kind, names]) => absent(objects, kind, names)),
    ...unique(selectors).map((labels) => someOf(`get nodes -l ${labels}`)),
    ...unique(pods.flatMap(devicesOf)).map(allocatable),
    ...(isForeign ? [someOf(`get pods -n ${ingress.namespace} -l ${selector(ingress.labels ?? {})}`)] : []),
  ];
}

interface PodSpec {
  readonly nodeSelector?: Readonly<Record<string, string>>;
  readonly runtimeClassName?: string;
  readonly priorityClassName?: string;
  readonly containers?: readonly { readonly resources?: { readonly limits?: Readonly<Record<string, string>> } }[];
}

function podOf({ spec }: KubeObject): PodSpec | undefined {
  const { template, jobTemplate } = (spec ?? {}) as {
    template?: { spec?: PodSpec };
    jobTemplate?: { spec?: { template?: { spec?: PodSpec } } };
  };
  return template?.spec ?? jobTemplate?.spec?.template?.spec;
}

function someOf(asked: string): string {
  return `kubectl ${asked} -o name | grep .`;
}

/** Those that no object of ours is, and that Kubernetes does not bring. */
function absent(objects: readonly KubeObject[], kind: string, named: readonly (string | undefined)[]): string[] {
  const brought = new Set(objects.filter((object) => object.kind === kind).map(({ metadata }) => metadata.name));
  return unique(named)
    .filter((name) => !brought.has(name) && !name.startsWith("system-"))
    .map((name) => `kubectl get ${kind.toLowerCase()} ${name}`);
}

/** API groups that neither Kubernetes has nor a definition of ours. */
function groupsOf(objects: readonly KubeObject[]): string[] {
  const brought = new Set(
    objects
      .filter(({ kind }) => kind === "CustomResourceDefinition")
      .map(({ spec }) => (spec as { group: string }).group),
  );
  return unique(objects.map(({ apiVersion }) => apiVersion.split("/").at(-2))).filter(
    (group) => !brought.has(group) && isForeignGroup(group),
  );
}

/** Kubernetes' own have no dot, or end in its domain; of that, only these are brought by others. */
function isForeignGroup(group: string): boolean {
  return (
    (group.includes(".") && !group.endsWith(".k8s.io")) ||
    group === "gateway.networking.k8s.io" ||
    group === "snapshot.storage.k8s.io"
  );
}

function ingressClassOf({ kind, spec }: KubeObject): string | undefined {
  return kind === "Ingress" ? (spec as { readonly ingressClassName?: string }).ingressClassName : undefined;
}

/** Extended resources, which have a domain: `nvidia.com/gpu`. */
function devicesOf({ containers = [] }: PodSpec): string[] {
  return containers.flatMap(({ resources }) =>
    Object.keys(resources?.limits ?? {}).filter((name) => name.includes("/")),
  );
}

function allocatable(name: string): string {
  const path = name.replaceAll(".", String.raw`\.`);
  return `kubectl get nodes -o jsonpath='{.items[*].status.allocatable.${path}}' | grep .`;
}

function selector(labels: Readonly<Record<string, string>>): string {
  return shellWord(
    sortedEntries(labels)
      .map(([name, value]) => `${name}=${value}`)
      .join(","),
  );
}

/** Sorted, each once, without those that are not there. */
function unique(words: readonly (string | undefined)[]): string[] {
  return [...new Set(words.filter((word) => word !== undefined))].toSorted(byCodePoint);
}
