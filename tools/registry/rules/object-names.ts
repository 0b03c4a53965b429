import type { EffectiveService } from "../effective.ts";
import type { Path } from "../source.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** An object that a service brings, and where its name is decided. */
interface Named {
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
  const taken = new Map(OF_NAMESPACES.map((id) => [id, "every namespace"]));
  for (const other of others) for (const { id } of objectsOf(other)) taken.set(id, other.name);
  return objectsOf(effective).flatMap(({ id, path }): Problem[] => {
    const owner = taken.get(id);
    taken.set(id, "another part of it");
    if (owner === undefined) return [];
    const message = `${effective.name} would bring ${id}, which ${owner} brings already`;
    return [{ code: "OBJECT_CLASH", path, message, fix: "give one of the two another name" }];
  });
};

function namespaceOf({ service }: EffectiveService, { registry }: Scope): string | undefined {
  return service.namespace ?? Object.keys(registry.namespaces)[0];
}

function objectsOf(effective: EffectiveService): Named[] {
  return effective.service.kind === "External"
    ? servicesOf(effective)
    : [...ofPods(effective), ...servicesOf(effective), ...ofRoutes(effective)];
}

function ofPods({ name, service }: EffectiveService): Named[] {
  const { files = {}, volumes = {} } = service;
  const hasTexts = Object.values(files).some((file) => "source" in file || "content" in file);
  const claims = Object.entries(volumes).filter(
    ([, { type = "persistentVolumeClaim", volume, claimName, volumeClaimTemplate }]) =>
      type === "persistentVolumeClaim" && volume === undefined && claimName === undefined && !volumeClaimTemplate,
  );
  return [
    { id: `NetworkPolicy/${service.names?.NetworkPolicy ?? name}`, path: ["names", "NetworkPolicy"] },
    { id: `${service.kind ?? "Deployment"}/${service.names?.Workload ?? name}`, path: ["names", "Workload"] },
    { id: `ServiceAccount/${service.serviceAccount?.name ?? name}`, path: ["serviceAccount", "name"] },
    ...(service.config ? [{ id: `ConfigMap/${service.config.name ?? name}`, path: ["config", "name"] }] : []),
    ...(hasTexts ? [{ id: `ConfigMap/${name}-files`, path: ["files"] }] : []),
    ...claims.map(([key]) => ({ id: `PersistentVolumeClaim/${name}-${key}`, path: ["volumes", key] })),
  ];
}

function servicesOf({ name, service }: EffectiveService): Named[] {
  const { ports = {}, extraServices = {} } = service;
  return [
    ...(Object.keys(ports).length > 0
      ? [{ id: `Service/${service.service?.name ?? name}`, path: ["service", "name"] }]
      : []),
    ...Object.entries(extraServices).map(([key, extra]) => ({
      id: `Service/${extra.name ?? `${name}-${key}`}`,
      path: ["extraServices", key],
    })),
  ];
}

/** Whatever a route becomes, its objects begin with its name; the Secret that an issuer makes may be called otherwise. */
function ofRoutes({ name, service: { routes = {} } }: EffectiveService): Named[] {
  return Object.entries(routes).flatMap(([key, { tls }]) => [
    { id: `Ingress/${name}-${key}`, path: ["routes", key] },
    ...(tls?.issuer === undefined
      ? []
      : [{ id: `Secret/${tls.secretName ?? `${name}-${key}-tls`}`, path: ["routes", key, "tls", "secretName"] }]),
  ]);
}
