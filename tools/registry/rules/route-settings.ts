import { parseQuantity } from "../../lib/quantity.ts";
import { suggestion } from "../../lib/text.ts";
import type { EffectiveService } from "../effective.ts";
import type { Route } from "../schema/service.ts";
import type { Path } from "../source.ts";
import type { Problem, ServiceRule } from "./rule.ts";

/** What a route asks for makes sense, and the environment's controller can do it. */
export const routeSettings: ServiceRule = (effective, { registry, environment }) => {
  const ingress = registry.environments[environment ?? ""]?.ingress;
  const routes = Object.entries(effective.service.routes ?? {});
  return [
    ...kindProblems(effective),
    ...routes.flatMap(([name, route]) => [
      ...tlsProblems(route, ["routes", name, "tls"]),
      ...corsProblems(route, ["routes", name, "cors"]),
      ...sizeProblems(route, ["routes", name, "maxBodySize"]),
      ...(ingress?.controller === "gateway" ? gatewayProblems(name, route, environment ?? "") : []),
      ...(ingress?.controller === "nginx" ? burstProblems(route, ["routes", name, "rateLimit", "burst"]) : []),
    ]),
    ...verifyProblems(effective),
  ];
};

function kindProblems({ name, service: { kind, routes } }: EffectiveService): Problem[] {
  const isShort = kind === "Job" || kind === "CronJob";
  if (!isShort || Object.keys(routes ?? {}).length === 0) return [];
  const message = `${name} is a ${kind}: its pods end, and nobody answers its routes`;
  return [{ code: "ROUTE_KIND", path: ["routes"], message, fix: "move them to a service that keeps running" }];
}

function tlsProblems({ tls }: Route, path: Path): Problem[] {
  if (!tls) return [];
  const code = "ROUTE_TLS";
  if (tls.secretName === undefined && tls.issuer === undefined)
    return [
      {
        code,
        path,
        message: "tls says neither a Secret nor an issuer",
        fix: 'add "secretName": a Secret that is given, or "issuer": cert-manager\'s, which makes one',
      },
    ];
  if (tls.issuerKind === undefined || tls.issuer !== undefined) return [];
  const message = "there is an issuerKind without an issuer";
  return [{ code, path: [...path, "issuerKind"], message, fix: 'add "issuer", or remove it' }];
}

function corsProblems({ cors }: Route, path: Path): Problem[] {
  if (cors?.allowCredentials !== true || !cors.allowOrigins.includes("*")) return [];
  const message = "browsers refuse credentials where any origin is allowed";
  return [
    {
      code: "CORS_CREDENTIALS",
      path: [...path, "allowCredentials"],
      message,
      fix: "name the origins in allowOrigins, or remove it",
    },
  ];
}

function sizeProblems({ maxBodySize }: Route, path: Path): Problem[] {
  if (maxBodySize === undefined || (parseQuantity(maxBodySize) ?? 0) >= 1) return [];
  const message = `${maxBodySize} is less than a byte`;
  return [{ code: "BODY_SIZE", path, message, fix: 'write bytes with a unit such as "64Mi"' }];
}

/** ingress-nginx counts a burst in whole seconds of the average. */
function burstProblems({ rateLimit }: Route, path: Path): Problem[] {
  const { burst, requestsPerSecond = 1 } = rateLimit ?? {};
  if (burst === undefined || burst % requestsPerSecond === 0) return [];
  const rounded = Math.ceil(burst / requestsPerSecond) * requestsPerSecond;
  const message = `ingress-nginx knows bursts of whole multiples of ${requestsPerSecond} only: ${burst} becomes ${rounded}`;
  return [
    {
      code: "RATE_LIMIT_BURST",
      severity: "warning",
      path,
      message,
      fix: `write ${rounded}, or another multiple of ${requestsPerSecond}`,
    },
  ];
}

/** Dropped in silence they would leave a service open that somebody meant to guard. */
function gatewayProblems(name: string, route: Route, environment: string): Problem[] {
  const unsupported = (field: keyof Route, what: string, fix: string): Problem => ({
    code: "ROUTE_UNSUPPORTED",
    path: ["routes", name, field],
    message: `the Gateway API has no ${what}, which the route "${name}" asks for in environment ${environment}`,
    fix,
  });
  const removed = (field: string): string =>
    `say null there: "environments": {"${environment}": {"routes": {"${name}": {"${field}": null}}}}, and use what the Gateway's implementation has for it`;
  return [
    ...(route.rateLimit ? [unsupported("rateLimit", "rate limit", removed("rateLimit"))] : []),
    ...(route.maxBodySize === undefined
      ? []
      : [unsupported("maxBodySize", "limit of a request's size", removed("maxBodySize"))]),
    ...(route.pathType === "ImplementationSpecific"
      ? [unsupported("pathType", "pathType ImplementationSpecific", "write Prefix or Exact")]
      : []),
    ...(route.tls ? [tlsOfListener(name, environment)] : []),
  ];
}

function tlsOfListener(name: string, environment: string): Problem {
  return {
    code: "ROUTE_TLS_GATEWAY",
    severity: "warning",
    path: ["routes", name, "tls"],
    message: `TLS ends at the Gateway's listener: tls of the route "${name}" says nothing in environment ${environment}`,
    fix: "give the listener the certificate, choose it by sectionName of parentRefs, and say null here for this environment",
  };
}

function verifyProblems({ service: { verify = {}, routes = {} } }: EffectiveService): Problem[] {
  return Object.entries(verify).flatMap(([check, { route }]): Problem[] =>
    route === undefined || Object.hasOwn(routes, route.name)
      ? []
      : [
          {
            code: "ROUTE_UNKNOWN",
            path: ["verify", check, "route", "name"],
            message: `there is no route "${route.name}"`,
            fix: suggestion(route.name, Object.keys(routes)),
          },
        ],
  );
}
