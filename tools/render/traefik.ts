import type { Ingress } from "../registry/schema.ts";
import { type CorsModel, type RouteModel, strips, trimmedPath } from "../model/route.ts";
import { compact } from "./object.ts";

// What Traefik keeps in objects of its own.

export interface MiddlewareModel {
  readonly name: string;
  /** Within the service: route, then what it does. */
  readonly slug: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/**
 * In the order in which a request passes them: what a page may read of an answer holds for refusals too, and the path is
 * changed last. https://doc.traefik.io/traefik/reference/routing-configuration/http/middlewares/overview/
 */
export function middlewaresOf(route: RouteModel): MiddlewareModel[] {
  const { cors, rateLimit, maxBodyBytes } = route;
  const specs = {
    ...(cors && { cors: { headers: corsHeaders(cors) } }),
    ...(rateLimit && { "rate-limit": { rateLimit: { average: rateLimit.requestsPerSecond, burst: rateLimit.burst } } }),
    ...(maxBodyBytes !== null && { "body-size": { buffering: { maxRequestBodyBytes: maxBodyBytes } } }),
    ...(strips(route) && { "strip-prefix": { stripPrefix: { prefixes: [trimmedPath(route)] } } }),
  };
  return Object.entries(specs).map(([what, spec]) => ({
    name: `${route.name}-${what}`,
    slug: `${route.key}-${what}`,
    spec,
  }));
}

/** What turns http into https is the `web` entry point's own setting: a route is reached through the other one only. */
export function entryPointsOf(route: RouteModel, { entryPoints }: Ingress): readonly string[] {
  return entryPoints ?? [route.tls === null ? "web" : "websecure"];
}

/**
 * An exact path goes before every prefix, and a longer prefix before a shorter one, as an Ingress has it. Traefik itself
 * only compares how long the rules are. https://doc.traefik.io/traefik/reference/routing-configuration/http/router/rules-and-priority/
 */
export function priorityOf(route: RouteModel): number {
  return 1000 + 2 * trimmedPath(route).length + (route.pathType === "Exact" ? 1 : 0);
}

/** A route as Traefik's rule; a prefix ends at a slash, as in an Ingress: `PathPrefix` alone takes `/api` for `/apis` too. */
export function ruleOf(route: RouteModel): string {
  const host = route.host.startsWith("*.")
    ? `HostRegexp(${quoted(`^[a-zA-Z0-9-]+${escapeRegex(route.host.slice(1))}$`)})`
    : `Host(${quoted(route.host)})`;
  return `${host} && ${pathRule(route)}`;
}

function pathRule(route: RouteModel): string {
  const path = trimmedPath(route);
  if (route.pathType === "Exact") return `Path(${quoted(route.path)})`;
  if (route.pathType === "ImplementationSpecific" || path === "") return `PathPrefix(${quoted(route.path)})`;
  return `(Path(${quoted(path)}) || PathPrefix(${quoted(`${path}/`)}))`;
}

function corsHeaders(cors: CorsModel): Record<string, unknown> {
  const isPattern = (origin: string): boolean => origin !== "*" && origin.includes("*");
  return compact({
    accessControlAllowOriginList: cors.allowOrigins.filter((origin) => !isPattern(origin)),
    accessControlAllowOriginListRegex: cors.allowOrigins.filter(isPattern).map(originPattern),
    accessControlAllowMethods: cors.allowMethods,
    accessControlAllowHeaders: cors.allowHeaders,
    accessControlExposeHeaders: cors.exposeHeaders,
    accessControlAllowCredentials: cors.allowCredentials,
    accessControlMaxAge: cors.maxAgeSeconds,
    addVaryHeader: true,
  });
}

/** `https://*.example.com`: one label, as ingress-nginx has it. */
function originPattern(origin: string): string {
  return `^${origin.split("*").map(escapeRegex).join("[A-Za-z0-9-]+")}$`;
}

function quoted(text: string): string {
  return text.includes("`") ? JSON.stringify(text) : `\`${text}\``;
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
