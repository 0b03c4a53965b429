import type { EffectiveService } from "../effective.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

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
  const usual = scope.registry.environments[scope.environment ?? ""]?.ingress?.host ?? "";
  const others = [...scope.services.values()].flatMap(({ name, service }) =>
    Object.entries(service.routes ?? {}).map(([key, value]) => ({
      id: `${name}/${key}`,
      // To a prefix a slash at the end means nothing.
      key: `${value.host ?? usual} ${value.pathType === "Exact" ? `=${value.path}` : value.path.replace(/\/+$/, "")}`,
    })),
  );
  const key = others.find(({ id }) => id === own)?.key;
  const other = others.find((candidate) => candidate.key === key && candidate.id < own);
  if (!other) return [];
  return [
    {
      code: "ROUTE_CLASH",
      path: ["routes", route, "path"],
      message: `${other.id} and ${own} are the same host and path`,
      fix: "give one of them another path",
    },
  ];
}
