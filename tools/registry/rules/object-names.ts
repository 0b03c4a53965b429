import { own } from "../../lib/merge.ts";
import type { EffectiveService } from "../effective.ts";
import type { Path } from "../source.ts";
import { type Problem, type Scope, type ServiceRule, oncePerScope } from "./rule.ts";

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
  const namespace = namespaceOf(effective, scope);
  const seen = new Set<string>();
  return objectsOf(effective).flatMap(({ id, path }): Problem[] => {
    const owners = ownersOf(scope).get(`${namespace}/${id}`) ?? [];
    const owner = seen.has(id)
      ? "another part of it"
      : (owners.findLast((name) => name < effective.name) ?? ofNamespace(namespace ?? "", scope).get(id));
    seen.add(id);
    if (owner === undefined) return [];
    const message = `${effective.name} would bring ${id}, which ${owner} brings already`;
    return [{ code: "OBJECT_CLASH", path, message, fix: "give one of the two another name" }];
  });
};

/** What a namespace brings itself, and who says so. */
function ofNamespace(namespace: string, { registry }: Scope): ReadonlyMap<string, string> {
  const accounts = Object.entries(own(registry.namespaces, namespace)?.serviceAccounts ?? {});
  return new Map([
    ...OF_NAMESPACES.map((id) => [id, "every namespace"] as const),
    ...accounts.flatMap(([name, { rules = [] }]) =>
      ["ServiceAccount", ...(rules.length > 0 ? ["Role"] : [])].map(
        (kind) => [`${kind}/${name}`, `the namespace ${namespace}`] as const,
      ),
    ),
  ]);
}

/** `<namespace>/<kind>/<name>` → the services that bring it. */
const ownersOf = oncePerScope((scope) => {
  const owners = new Map<string, string[]>();
  for (const effective of scope.services.values()) {
    if (effective.service.kind === "Image") continue;
    const namespace = namespaceOf(effective, scope);
    for (const { id } of objectsOf(effective)) {
      const key = `${namespace}/${id}`;
      owners.set(key, [...(owners.get(key) ?? []), effective.name]);
    }
  }
  return owners;
});

function namespaceOf({ service }: EffectiveService, { registry }: Scope): string | undefined {
  return service.namespace ?? Object.keys(registry.namespaces)[0];
}

/** Every object whose name may clash, as `Kind/name`. */
export function objectsOf(effective: EffectiveService): Named[] {
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
    ...(service.serviceAccount?.rules?.length ? [{ id: `Role/${name}`, path: ["serviceAccount", "rules"] }] : []),
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
