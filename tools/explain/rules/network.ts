import { sameJson } from "../../lib/merge.ts";
import { type Cause, type Match, type Rule, registry, rule, service } from "../rule.ts";
import { LABELS, METADATA } from "./metadata.ts";

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
  EndpointSlice: [
    ["metadata name", () => [rule("its Service's name and the family of its addresses")]],
    ["metadata labels kubernetes.io/service-name", () => [rule("the Service whose addresses these are")]],
    [
      "metadata labels endpointslice.kubernetes.io/managed-by",
      () => [rule("no controller of the cluster's may touch it")],
    ],
    ["addressType", () => [service("external", "addresses")]],
    ["endpoints **", () => [service("external", "addresses")]],
    ["ports {port} **", (match) => portCauses(match)],
    ...METADATA,
  ],
  Service: [
    [
      "metadata name",
      (match) => [shownBy(match, "name"), shownBy(match), rule("the service's name: others find it by it")],
    ],
    ["metadata annotations {field}", (match) => [shownBy(match, "annotations", match.captures["field"] ?? "")]],
    [
      "metadata labels {field}",
      (match) => [shownBy(match, "labels", match.captures["field"] ?? ""), ...labelCauses(match)],
    ],
    [
      "spec type",
      (match) => [shownBy(match, "type"), service("external", "host"), rule("reached from within the cluster alone")],
    ],
    ["spec clusterIP", (match) => [shownBy(match, "headless"), service("kind")]],
    ["spec selector {label}", selectorCauses],
    ["spec externalName", () => [service("external", "host")]],
    ["spec ipFamilies **", () => [service("external", "addresses")]],
    ["spec ipFamilyPolicy", () => [service("external", "addresses")]],
    [
      "spec ports {port} port",
      (match) => [
        shownBy(match, "ports", match.captures["port"] ?? "", "servicePort"),
        service("ports", match.captures["port"] ?? "", "servicePort"),
        service("ports", match.captures["port"] ?? "", "containerPort"),
      ],
    ],
    ["spec ports {port} {field}", portCauses],
    ["spec {field} **", (match) => [shownBy(match, match.captures["field"] ?? "")]],
    ["spec {field}", (match) => [shownBy(match, match.captures["field"] ?? "")]],
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

/** Where the Service itself is written: in front of the service, or one more. */
function shownBy({ entry }: Match, ...path: readonly string[]): Cause {
  return entry === "" ? service("service", ...path) : service("extraServices", entry, ...path);
}

function labelCauses(match: Match): readonly Cause[] {
  const label = match.captures["field"] ?? "";
  const found = LABELS.flatMap(([, causes]) => causes({ ...match, captures: { label } }));
  return found;
}

function selectorCauses({ captures: { label = "" } }: Match): readonly Cause[] {
  return [service("selector", label), rule("what selects the service's pods and no others")];
}

function portCauses(match: Match): readonly Cause[] {
  const { port = "", field = match.tail[0] ?? "" } = match.captures;
  return [
    shownBy(match, "ports", port, field),
    service("ports", port, field),
    ...(field === "protocol" ? [rule("TCP, where nothing else is written")] : [service("ports", port)]),
  ];
}
