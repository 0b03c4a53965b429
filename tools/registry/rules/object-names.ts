import type { EffectiveService } from "../effective.ts";
import type { Path } from "../source.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** An object that a service brings, and where its name is decided. */
export interface Named {
  readonly id: string;
  readonly path: Path;
}

// What every namespace has already.
const OF_NAMESPACES = ["ServiceAccount/default", "NetworkPolicy/default-deny"];

/** No two objects of one kind and namespace have one name: kustomize would refuse all of them. */
export const objectNames: ServiceRule = (effective, scope) => {
  if (effective.service.kind === "Image") return [];
  const others = [...scope.services.values()].filter(
    (other) =>
      other.name < effective.name &&
      other.service.kind !== "Image" &&
      namespaceOf(other, scope) === namespaceOf(effective, scope),
  );
  const namespace = namespaceOf(effective, scope) ?? "";
  const accounts = Object.entries(scope.registry.namespaces[namespace]?.serviceAccounts ?? {});
  const taken = new Map<string, string>([
    ...OF_NAMESPACES.map((id) => [id, "every namespace"] as const),
    ...accounts.flatMap(([name, { rules = [] }]) =>
      ["ServiceAccount", ...(rules.length > 0 ? ["Role"] : [])].map(
        (kind) => [`${kind}/${name}`, `the namespace ${namespace}`] as const,
      ),
    ),
  ]);
  for (const other of others) for (const { id } of objectsOf(other)) taken.set(id, other.name);
  return objectsOf(effective).flatMap(({ id, path }): Problem[] => {
    const owner = taken.get(id);
    if (owner === undefined) return [];
    const message = `${effective.name} would bring ${id}, which ${owner} brings already`;
    return [{ code: "OBJECT_CLASH", path, message, fix: "give one of the two another name" }];
  });
};

function namespaceOf({ service }: EffectiveService, { registry }: Scope): string | undefined {
  return service.namespace ?? Object.keys(registry.namespaces)[0];
}

/** Every object whose name may clash, as `Kind/name`. */
export function objectsOf({ name, service }: EffectiveService): Named[] {
  const { files = {}, volumes = {}, routes = {}, ports = {} } = service;
  const hasTexts = Object.values(files).some((file) => "source" in file || "content" in file);
  const claims = Object.entries(volumes).filter(
    ([, volume]) => volume.type !== "emptyDir" && volume.volume === undefined && volume.volumeClaimTemplate !== true,
  );
  return [
    { id: `NetworkPolicy/${name}`, path: [] },
    { id: `ServiceAccount/${service.serviceAccount?.name ?? name}`, path: ["serviceAccount", "name"] },
    ...(service.serviceAccount?.rules?.length ? [{ id: `Role/${name}`, path: ["serviceAccount", "rules"] }] : []),
    ...(Object.keys(ports).length > 0
      ? [{ id: `Service/${service.service?.name ?? name}`, path: ["service", "name"] }]
      : []),
    ...(service.config ? [{ id: `ConfigMap/${service.config.name ?? name}`, path: ["config", "name"] }] : []),
    ...(hasTexts ? [{ id: `ConfigMap/${name}-files`, path: ["files"] }] : []),
    ...claims.map(([key]) => ({ id: `PersistentVolumeClaim/${name}-${key}`, path: ["volumes", key] })),
    ...Object.keys(routes).map((key) => ({ id: `Ingress/${name}-${key}`, path: ["routes", key] })),
  ];
}
