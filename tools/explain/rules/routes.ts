import { type Cause, type Match, type Rule, registry, service } from "../rule.ts";
import { METADATA } from "./metadata.ts";

/** A route, and what the environment's ingress says of all of them. */
const ROUTE: readonly Rule[] = [
  ["metadata name", (match) => [route(match)]],
  [
    "metadata annotations {annotation}",
    (match) => {
      const { annotation = "" } = match.captures;
      return [
        route(match, "annotations", annotation),
        ingress(match, "annotations", annotation),
        ...settingsOf(match, annotation),
        ingress(match, "controller"),
      ];
    },
  ],
  ["spec ingressClassName", (match) => [ingress(match, "className"), ingress(match, "controller")]],
  [
    "spec entryPoints **",
    (match) => [
      ingress(match, "entryPoints"),
      route(match, "tls"),
      ingress(match, "tls"),
      ingress(match, "controller"),
    ],
  ],
  ["spec parentRefs **", (match) => [ingress(match, "parentRefs")]],
  [
    "spec tls **",
    (match) => [route(match, "tls"), ingress(match, "tls"), route(match, "host"), ingress(match, "host")],
  ],
  ["spec secretName", (match) => [route(match, "tls"), ingress(match, "tls")]],
  ["spec issuerRef **", (match) => [route(match, "tls"), ingress(match, "tls")]],
  ["spec dnsNames **", (match) => [route(match, "host"), ingress(match, "host")]],
  ["spec hostnames **", (match) => [route(match, "host"), ingress(match, "host")]],
  ["spec rules **", ruleCauses],
  ["spec routes **", ruleCauses],
  ...METADATA,
];

/** Routes in the words of each controller. */
export const ROUTES = {
  Ingress: ROUTE,
  IngressRoute: ROUTE,
  HTTPRoute: ROUTE,
  Certificate: ROUTE,
  Middleware: [
    ["metadata name", (match) => [route(match)]],
    ["spec stripPrefix **", (match) => [route(match, "stripPrefix"), route(match, "path")]],
    ["spec rateLimit **", (match) => [route(match, "rateLimit")]],
    ["spec headers **", (match) => [route(match, "cors")]],
    ["spec buffering **", (match) => [route(match, "maxBodySize")]],
    ["spec **", (match) => [route(match)]],
    ...METADATA,
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

function ruleCauses(match: Match): readonly Cause[] {
  return [
    route(match, "host"),
    ingress(match, "host"),
    route(match, "path"),
    route(match, "port"),
    route(match, "stripPrefix"),
  ];
}

/** Which of a route's settings an annotation says. */
function settingsOf(match: Match, annotation: string): readonly Cause[] {
  if (/rewrite|regex/.test(annotation)) return [route(match, "stripPrefix")];
  if (/limit/.test(annotation)) return [route(match, "rateLimit")];
  if (/cors/.test(annotation)) return [route(match, "cors")];
  if (/body-size/.test(annotation)) return [route(match, "maxBodySize")];
  if (/issuer|tls|ssl|entrypoints/.test(annotation)) return [route(match, "tls"), ingress(match, "tls")];
  return /middlewares/.test(annotation)
    ? [route(match, "stripPrefix"), route(match, "rateLimit"), route(match, "cors"), route(match, "maxBodySize")]
    : [];
}

function route({ entry }: Match, ...path: readonly string[]): Cause {
  return service("routes", entry, ...path);
}

function ingress({ environment }: Match, ...path: readonly string[]): Cause {
  return registry("environments", environment, "ingress", ...path);
}
