import { parseQuantity } from "../lib/quantity.ts";
import { sortedEntries } from "../lib/merge.ts";
import type { Ingress } from "../registry/schema.ts";
import type { Route, Service } from "../registry/schema/service.ts";
import { pointerSegment } from "./names.ts";

/** A way in from outside, with the environment's host and TLS. */
export interface RouteModel {
  /** As the registry calls it. */
  readonly key: string;
  /** Of its Ingress, IngressRoute or HTTPRoute. */
  readonly name: string;
  readonly pointer: string;
  readonly description: string | null;
  readonly host: string;
  readonly path: string;
  readonly pathType: NonNullable<Route["pathType"]>;
  readonly port: string;
  readonly stripPrefix: boolean;
  /** Null without TLS, and behind a Gateway: there the listener has the certificate. */
  readonly tls: RouteTls | null;
  readonly rateLimit: { readonly requestsPerSecond: number; readonly burst: number } | null;
  readonly cors: CorsModel | null;
  readonly maxBodyBytes: number | null;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface RouteTls {
  readonly secretName: string;
  /** cert-manager's, which makes the Secret; null where the Secret is given. */
  readonly issuer: { readonly name: string; readonly kind: "ClusterIssuer" | "Issuer" } | null;
}

export interface CorsModel {
  readonly allowOrigins: readonly string[];
  readonly allowMethods: readonly string[];
  readonly allowHeaders: readonly string[];
  readonly exposeHeaders: readonly string[];
  readonly allowCredentials: boolean;
  readonly maxAgeSeconds: number;
}

// ingress-nginx's own, said to every controller: a page must not work behind one and fail behind another.
// https://github.com/kubernetes/ingress-nginx/blob/main/internal/ingress/annotations/cors/main.go
const CORS_METHODS = ["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"];
const CORS_HEADERS = [
  "DNT",
  "Keep-Alive",
  "User-Agent",
  "X-Requested-With",
  "If-Modified-Since",
  "Cache-Control",
  "Content-Type",
  "Range",
  "Authorization",
];

/** None where no ingress is: the base knows no controller. */
export function routeModels(
  service: string,
  written: Service,
  ingress: Ingress | null,
  pointer: string,
  resolve: (text: string) => string,
): RouteModel[] {
  if (!ingress) return [];
  return sortedEntries(written.routes).map(([key, route]) => ({
    key,
    name: `${service}-${key}`,
    pointer: `${pointer.replace(/\/mock$/, "")}/routes/${pointerSegment(key)}`,
    description: route.description ?? null,
    host: resolve(route.host ?? ingress.host ?? ""),
    path: route.path,
    pathType: route.pathType ?? "Prefix",
    port: route.port,
    stripPrefix: route.stripPrefix ?? false,
    tls: tlsOf(`${service}-${key}`, route, ingress),
    rateLimit: rateLimitOf(route),
    cors: corsOf(route),
    maxBodyBytes: route.maxBodySize === undefined ? null : Math.ceil(parseQuantity(route.maxBodySize) ?? 0),
    annotations: { ...ingress.annotations, ...route.annotations },
  }));
}

/** Whether the service sees another path than the client asked for; stripping `/` would change nothing. */
export function strips(route: RouteModel): boolean {
  return route.stripPrefix && trimmedPath(route) !== "";
}

/** To a prefix a slash at the end means nothing. */
export function trimmedPath({ path }: Pick<RouteModel, "path">): string {
  return path.replace(/\/+$/, "");
}

function tlsOf(name: string, route: Route, ingress: Ingress): RouteTls | null {
  const tls = route.tls ?? ingress.tls;
  if (!tls || ingress.controller === "gateway") return null;
  return {
    secretName: tls.secretName ?? `${name}-tls`,
    issuer: tls.issuer === undefined ? null : { name: tls.issuer, kind: tls.issuerKind ?? "ClusterIssuer" },
  };
}

function rateLimitOf({ rateLimit }: Route): RouteModel["rateLimit"] {
  if (!rateLimit) return null;
  const { requestsPerSecond, burst = 5 * requestsPerSecond } = rateLimit;
  return { requestsPerSecond, burst };
}

function corsOf({ cors }: Route): CorsModel | null {
  if (!cors) return null;
  return {
    allowOrigins: cors.allowOrigins,
    allowMethods: cors.allowMethods ?? CORS_METHODS,
    allowHeaders: cors.allowHeaders ?? CORS_HEADERS,
    exposeHeaders: cors.exposeHeaders ?? [],
    allowCredentials: cors.allowCredentials ?? false,
    maxAgeSeconds: cors.maxAgeSeconds ?? 86_400,
  };
}
