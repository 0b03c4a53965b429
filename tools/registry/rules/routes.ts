import type { EffectiveService } from "../effective.ts";
import { type Problem, type Scope, type ServiceRule, oncePerScope } from "./rule.ts";

/** A route has a controller and a host, and no two routes are the same. */
export const routes: ServiceRule = (effective, scope) =>
  Object.keys(effective.service.routes ?? {}).flatMap((route) => [
    ...controllerProblems(effective, route, scope),
    ...sameRoute(effective, route, scope),
  ]);

function controllerProblems({ service }: EffectiveService, route: string, { registry, environment }: Scope): Problem[] {
  if (environment === null) return [];
  const ingress = registry.environments[environment]?.ingress;
  const path = ["routes", route];
  if (!ingress)
    return [
      {
        code: "INGRESS_MISSING",
        path,
        message: `environment ${environment} says no ingress, so the route "${route}" has no controller`,
        fix: `add environments.${environment}.ingress, or remove the route there with null`,
      },
    ];
  if (service.routes?.[route]?.host !== undefined || ingress.host !== undefined) return [];
  return [
    {
      code: "HOST_MISSING",
      path,
      message: `the route "${route}" has no host in environment ${environment}`,
      fix: `add "host" to the route or to environments.${environment}.ingress`,
    },
  ];
}

function sameRoute(effective: EffectiveService, route: string, scope: Scope): Problem[] {
  const own = `${effective.name}/${route}`;
  const { keys, owners } = routesOf(scope);
  const other = owners.get(keys.get(own) ?? "")?.find((id) => id < own);
  if (other === undefined) return [];
  return [
    {
      code: "ROUTE_CLASH",
      path: ["routes", route, "path"],
      message: `${other} and ${own} are the same host and path`,
      fix: "give one of them another path",
    },
  ];
}

/** `<service>/<route>` → what it matches, and the way back. */
const routesOf = oncePerScope(({ registry, environment, services }) => {
  const usual = registry.environments[environment ?? ""]?.ingress?.host ?? "";
  const keys = new Map<string, string>();
  const owners = new Map<string, string[]>();
  for (const { name, service } of services.values())
    for (const [route, { host, path, pathType }] of Object.entries(service.routes ?? {})) {
      const id = `${name}/${route}`;
      // To a prefix a slash at the end means nothing.
      const key = `${host ?? usual} ${pathType === "Exact" ? `=${path}` : path.replace(/\/+$/, "")}`;
      keys.set(id, key);
      owners.set(key, [...(owners.get(key) ?? []), id]);
    }
  return { keys, owners };
});
