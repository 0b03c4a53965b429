import type { Finding } from "../../lib/errors.ts";
import { type EffectiveService, effectiveServices } from "../effective.ts";
import { objectsOf } from "../rules/object-names.ts";
import type { Registry } from "../schema.ts";
import { type Vendored, objectId } from "./object.ts";

/** No two objects of an environment have one name: kustomize would refuse all of them. */
export function clashes(registry: Registry, vendored: Vendored): Finding[] {
  if (vendored.size === 0) return [];
  const found = Object.keys(registry.environments).flatMap((environment) => clashesIn(registry, vendored, environment));
  const distinct = new Map(found.map((finding) => [`${finding.where} ${finding.message}`, finding]));
  return [...distinct.values()];
}

function clashesIn(registry: Registry, vendored: Vendored, environment: string): Finding[] {
  const owners = new Map<string, string>([
    ...effectiveServices(registry, environment).flatMap((effective) =>
      idsOf(effective, registry).map((id) => [id, `the service ${effective.name}`] as const),
    ),
    ...platformIds(registry, environment).map((id) => [id, "services.json"] as const),
  ]);
  return [...vendored].flatMap(([name, objects]) => {
    if (!appliesTo(registry, name, environment)) return [];
    return objects.flatMap(({ object, where }): Finding[] => {
      const id = objectId(object);
      const owner = owners.get(plainId(id)) ?? owners.get(id);
      owners.set(id, `${name} (${where})`);
      if (owner === undefined) return [];
      const message = `${id} is brought by ${owner} already`;
      return [{ code: "OBJECT_CLASH", severity: "error", where, message, fix: "remove one of the two, or rename it" }];
    });
  });
}

export function appliesTo({ manifests }: Registry, name: string, environment: string): boolean {
  return manifests?.[name]?.environments?.includes(environment) ?? true;
}

/** Services bring objects of Kubernetes' own groups: told apart by their kind alone. */
function plainId(id: string): string {
  return id.replace(/^[^ ]*\//, "");
}

function idsOf(effective: EffectiveService, registry: Registry): string[] {
  if (effective.service.kind === "Image") return [];
  const namespace = effective.service.namespace ?? Object.keys(registry.namespaces)[0] ?? "";
  return objectsOf(effective).map(({ id }) => id.replace("/", ` ${namespace}/`));
}

/** What belongs to no service. */
function platformIds({ namespaces, storageClasses, priorityClasses, environments }: Registry, at: string): string[] {
  return [
    ...Object.keys({ ...storageClasses, ...environments[at]?.storageClasses }).map((name) => `StorageClass ${name}`),
    ...Object.keys(priorityClasses ?? {}).map((name) => `PriorityClass ${name}`),
    ...Object.entries(namespaces).flatMap(([namespace, { serviceAccounts }]) => [
      `NetworkPolicy ${namespace}/default-deny`,
      ...Object.keys(serviceAccounts ?? {}).map((name) => `ServiceAccount ${namespace}/${name}`),
    ]),
  ];
}
