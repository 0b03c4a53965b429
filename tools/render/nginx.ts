import { type CorsModel, type RouteModel, strips, trimmedPath } from "../model/route.ts";

// What ingress-nginx reads from annotations. https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/

const PREFIX = "nginx.ingress.kubernetes.io";

/** `rewrite-target: /` alone would send every path below the prefix to `/`. https://kubernetes.github.io/ingress-nginx/examples/rewrite/ */
export function nginxPath(route: RouteModel): { readonly path: string; readonly pathType: string } {
  return strips(route)
    ? { path: `${escapeRegex(trimmedPath(route))}${REST[route.pathType]}`, pathType: "ImplementationSpecific" }
    : { path: route.path, pathType: route.pathType };
}

export function nginxAnnotations(route: RouteModel): Readonly<Record<string, string>> {
  const values = {
    ...(strips(route) && { "use-regex": "true", "rewrite-target": "/$2" }),
    ...(route.rateLimit && rateLimit(route.rateLimit)),
    ...(route.cors && cors(route.cors)),
    ...(route.maxBodyBytes !== null && { "proxy-body-size": bodySize(route.maxBodyBytes) }),
  };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`${PREFIX}/${key}`, value]));
}

/** What may follow a stripped prefix; its second group is the path that the service sees. */
const REST: Readonly<Record<RouteModel["pathType"], string>> = {
  Prefix: "(/|$)(.*)",
  ImplementationSpecific: "(/|$)(.*)",
  Exact: "($)()",
};

/** A burst is written as a multiple of the average, in whole numbers. */
function rateLimit({ requestsPerSecond, burst }: NonNullable<RouteModel["rateLimit"]>): Record<string, string> {
  return {
    "limit-rps": String(requestsPerSecond),
    "limit-burst-multiplier": String(Math.ceil(burst / requestsPerSecond)),
  };
}

/** Every value: unsaid, credentials would be allowed. */
function cors(model: CorsModel): Record<string, string> {
  return {
    "enable-cors": "true",
    "cors-allow-origin": model.allowOrigins.join(", "),
    "cors-allow-methods": model.allowMethods.join(", "),
    "cors-allow-headers": model.allowHeaders.join(", "),
    ...(model.exposeHeaders.length > 0 && { "cors-expose-headers": model.exposeHeaders.join(", ") }),
    "cors-allow-credentials": String(model.allowCredentials),
    "cors-max-age": String(model.maxAgeSeconds),
  };
}

/** nginx's m is Kubernetes' Mi. https://nginx.org/en/docs/syntax.html */
function bodySize(bytes: number): string {
  if (bytes % 2 ** 20 === 0) return `${bytes / 2 ** 20}m`;
  return bytes % 2 ** 10 === 0 ? `${bytes / 2 ** 10}k` : String(bytes);
}

function escapeRegex(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
