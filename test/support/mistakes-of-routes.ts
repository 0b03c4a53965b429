import { type Mistake, one } from "./mistakes-of-shape.ts";

const HOME = '"routes": { "home": { "path": "/", "port": "http" } },';
const WEB = '"web": {\n      "namespace": "front",';
const TLS = '"tls": { "secretName": "shop-tls" }';
const LOCAL_HOST = '"host": "localhost" }';
const NGINX = '"controller": "nginx", "namespace": "ingress", "labels": { "app": "nginx" }, "host": "localhost"';
const GATEWAY = NGINX.replace("nginx", "gateway");
const PARENTS = ', "parentRefs": [{ "name": "edge" }]';

function outside(text: string): readonly [string, string] {
  return [WEB, `"outside": ${text},\n    ${WEB}`];
}

function route(text: string): readonly [string, string] {
  return [HOME, `"routes": { "home": { "path": "/", "port": "http", ${text} } },`];
}

/** Ways in from outside, and the controllers behind them. */
export const ROUTES: readonly Mistake[] = [
  // Routes.
  one("a route has half a certificate", route('"tls": »{ "issuerKind": "Issuer" }'), "ROUTE_TLS", /issuer/),
  one(
    "the kind of an issuer that there is not",
    route('"tls": { "secretName": "a", "issuerKind": »"Issuer" }'),
    "ROUTE_TLS",
    /issuer/,
  ),
  one(
    "credentials for any origin",
    route('"cors": { "allowOrigins": ["*"], "allowCredentials": »true }'),
    "CORS_CREDENTIALS",
    /name the origins/,
  ),
  one("a request of less than a byte", route('"maxBodySize": »"64m"'), "BODY_SIZE", /64Mi/),
  one(
    "a burst that ingress-nginx cannot count",
    route('"rateLimit": { "requestsPerSecond": 10, "burst": »25 }'),
    "RATE_LIMIT_BURST",
    /30/,
  ),
  one(
    "a CronJob has a route",
    outside(
      '{ "namespace": "back", "kind": "CronJob", "image": "a/b:1", "job": { "schedule": "0 3 * * *" }, "ports": { "http": { "containerPort": 80 } }, "routes": »{ "x": { "path": "/x", "port": "http" } } }',
    ),
    "ROUTE_KIND",
    /keeps running/,
  ),
  one(
    "a check asks through a route that there is not",
    ['"ready": { "http": { "port": "http", "path": "/ready" } }', '"ready": { "route": { "name": »"ap" } }'],
    "ROUTE_UNKNOWN",
    /"api"/,
  ),
  one(
    "the Gateway API knows no rate limit",
    route('"rateLimit": »{ "requestsPerSecond": 10 }'),
    "ROUTE_UNSUPPORTED",
    /"rateLimit": null/,
    [NGINX, GATEWAY + PARENTS],
  ),
  one(
    "the Gateway API knows no size of a request",
    route('"maxBodySize": »"64Mi"'),
    "ROUTE_UNSUPPORTED",
    /"maxBodySize": null/,
    [NGINX, GATEWAY + PARENTS],
  ),
  one(
    "a Gateway's listener has the certificate",
    route('"tls": »{ "secretName": "a" }'),
    "ROUTE_TLS_GATEWAY",
    /listener/,
    [NGINX, GATEWAY + PARENTS],
  ),

  // The controller.
  one(
    "no Gateway is named",
    [`"ingress": { ${NGINX}`, `»"ingress": { ${GATEWAY}`],
    "INGRESS_PARENT_REFS",
    /parentRefs/,
  ),
  one(
    "nginx has no entry points",
    [LOCAL_HOST, '"host": "localhost", »"entryPoints": ["web"] }'],
    "INGRESS_FIELD",
    /traefik/,
  ),
  one(
    "nginx has no IngressRoute",
    [LOCAL_HOST, '"host": "localhost", »"resource": "IngressRoute" }'],
    "INGRESS_FIELD",
    /traefik/,
  ),
  one("a certificate both given and made", [TLS, '»"tls": { "secretName": "a", "issuer": "b" }'], "INGRESS_TLS", /one/),
  one("a certificate neither given nor made", [TLS, '»"tls": {}'], "INGRESS_TLS", /exactly one/),
  one(
    "the host of an ingress is that of a service",
    [LOCAL_HOST, '»"host": "${services.web.host}" }'],
    "REFERENCE_NOT_HERE",
    /parameters/,
  ),
];
