import { sameJson } from "../../lib/merge.ts";
import { type Cause, type Match, type Rule, registry, rule, service } from "../rule.ts";
import { METADATA } from "./metadata.ts";

/** How a service is reached, and what it may reach. */
export const NETWORK = {
  NetworkPolicy: [
    ["metadata name", () => [service("names", "NetworkPolicy"), rule("the service's name")]],
    ["spec podSelector **", () => [rule("every pod of the service, those of its jobs too")]],
    ["spec policyTypes **", () => [rule("what is not allowed is refused, inwards and outwards")]],
    ["spec ingress {rule} **", (match) => [...edges(match, "ingress", "from"), ...inwards(match)]],
    ["spec ingress", () => [rule("nobody is declared to call it")]],
    ["spec egress {rule} **", (match) => [...edges(match, "egress", "to"), ...outwards(match)]],
    ...METADATA,
  ],
  Ingress: [
    ["metadata name", (match) => [route(match)]],
    [
      "metadata annotations {annotation}",
      (match) => [
        route(match, "annotations", match.captures["annotation"] ?? ""),
        registry("environments", match.environment, "ingress", "annotations", match.captures["annotation"] ?? ""),
        route(match),
        registry("environments", match.environment, "ingress", "controller"),
      ],
    ],
    [
      "spec ingressClassName",
      ({ environment }) => [ingress(environment, "className"), ingress(environment, "controller")],
    ],
    [
      "spec tls **",
      (match) => [
        route(match, "tls"),
        ingress(match.environment, "tls"),
        route(match, "host"),
        ingress(match.environment, "host"),
      ],
    ],
    [
      "spec rules **",
      (match) => [route(match, "host"), route(match, "path"), ingress(match.environment, "host"), route(match)],
    ],
    ...METADATA,
  ],
  Middleware: [["metadata name", (match) => [route(match)]], ["spec **", (match) => [route(match)]], ...METADATA],
  Service: [
    ["metadata name", () => [service("service", "name"), rule("the service's name: others find it by it")]],
    [
      "metadata annotations {annotation}",
      ({ captures: { annotation = "" } }) => [service("service", "annotations", annotation)],
    ],
    ["spec type", () => [service("service", "type"), rule("reached from within the cluster alone")]],
    ["spec clusterIP", () => [service("service", "headless"), service("kind")]],
    [
      "spec selector {label}",
      ({ captures: { label = "" } }) => [
        service("selector", label),
        rule("what selects the service's pods and no others"),
      ],
    ],
    [
      "spec ports {port} port",
      ({ captures: { port = "" } }) => [service("ports", port, "servicePort"), service("ports", port, "containerPort")],
    ],
    [
      "spec ports {port} protocol",
      ({ captures: { port = "" } }) => [service("ports", port, "protocol"), rule("TCP, where nothing else is written")],
    ],
    [
      "spec ports {port} {field}",
      ({ captures: { port = "", field = "" } }) => [service("ports", port, field), service("ports", port)],
    ],
    ["spec {field} **", ({ captures: { field = "" } }) => [service("service", field)]],
    ["spec {field}", ({ captures: { field = "" } }) => [service("service", field)]],
    ...METADATA,
  ],
} as const satisfies Readonly<Record<string, readonly Rule[]>>;

/** The dependsOn that one rule of a policy stands for. */
function edges(match: Match, direction: "ingress" | "egress", peers: "from" | "to"): readonly Cause[] {
  return peersOf(match, direction, peers).flatMap(({ podSelector }) => {
    const other = podSelector?.matchLabels?.["app.kubernetes.io/name"] ?? "";
    const own = service("dependsOn", other);
    return direction === "egress" ? [own] : [registry("services", other, "dependsOn", match.owner)];
  });
}

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
}

function peersOf({ object, captures }: Match, direction: string, peers: string): readonly Peer[] {
  const spec = object["spec"] as Readonly<Record<string, readonly Readonly<Record<string, readonly Peer[]>>[]>>;
  return spec[direction]?.[Number(captures["rule"])]?.[peers] ?? [];
}

/** Whoever comes in without being a service: the controller, the scraper, or a caller of the registry's own words. */
function inwards(match: Match): readonly Cause[] {
  const { settings, environment } = match;
  const is = (one: { readonly labels: Readonly<Record<string, string>> } | undefined): boolean =>
    one !== undefined &&
    peersOf(match, "ingress", "from").some(({ podSelector }) => sameJson(podSelector?.matchLabels, one.labels));
  if (is(settings.ingress)) return [service("routes"), registry("environments", environment, "ingress")];
  if (is(settings.monitoring)) return [service("metrics"), registry("environments", environment, "monitoring")];
  return [service("networkPolicy", "allowFrom"), service("routes"), registry("environments", environment, "ingress")];
}

function outwards({ environment }: Match): readonly Cause[] {
  return [
    service("networkPolicy", "allowTo"),
    registry("environments", environment, "dns"),
    rule("DNS: without it no name resolves under default deny"),
  ];
}

/** The route that the object is for. */
function route({ entry }: Match, ...path: readonly string[]): ReturnType<typeof service> {
  return service("routes", entry, ...path);
}

function ingress(environment: string, ...path: readonly string[]): ReturnType<typeof registry> {
  return registry("environments", environment, "ingress", ...path);
}
