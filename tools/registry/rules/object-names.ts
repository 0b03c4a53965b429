import type { EffectiveService } from "../effective.ts";
import type { Path } from "../source.ts";
import { type Problem, type Scope, type ServiceRule, oncePerScope } from "./rule.ts";

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
  const namespace = namespaceOf(effective, scope);
  return objectsOf(effective).flatMap(({ id, path }): Problem[] => {
    const owners = ownersOf(scope).get(`${namespace}/${id}`) ?? [];
    const owner =
      owners.findLast((name) => name < effective.name) ?? (OF_NAMESPACES.includes(id) ? "every namespace" : undefined);
    if (owner === undefined) return [];
    const message = `${effective.name} would bring ${id}, which ${owner} brings already`;
    return [{ code: "OBJECT_CLASH", path, message, fix: "give one of the two another name" }];
  });
};

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

function objectsOf({ name, service }: EffectiveService): Named[] {
  const { files = {}, volumes = {}, routes = {}, ports = {} } = service;
  const hasTexts = Object.values(files).some((file) => "source" in file || "content" in file);
  const claims = Object.entries(volumes).filter(
    ([, volume]) => volume.type !== "emptyDir" && volume.volume === undefined && volume.volumeClaimTemplate !== true,
  );
  return [
    { id: `NetworkPolicy/${name}`, path: [] },
    { id: `ServiceAccount/${service.serviceAccount?.name ?? name}`, path: ["serviceAccount", "name"] },
    ...(Object.keys(ports).length > 0
      ? [{ id: `Service/${service.service?.name ?? name}`, path: ["service", "name"] }]
      : []),
    ...(service.config ? [{ id: `ConfigMap/${service.config.name ?? name}`, path: ["config", "name"] }] : []),
    ...(hasTexts ? [{ id: `ConfigMap/${name}-files`, path: ["files"] }] : []),
    ...claims.map(([key]) => ({ id: `PersistentVolumeClaim/${name}-${key}`, path: ["volumes", key] })),
    ...Object.keys(routes).map((key) => ({ id: `Ingress/${name}-${key}`, path: ["routes", key] })),
  ];
}
