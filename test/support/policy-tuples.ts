import { policyLabels } from "../../tools/model/names.ts";
import type { Model } from "../../tools/model/model.ts";
import type { ServiceModel } from "../../tools/model/service.ts";
import type { PlatformGraph } from "../../tools/graph/platform-graph.ts";
import { render } from "../../tools/render/render.ts";

// What network policies allow, as lines `core ← pods app=a in namespace b: 8080`, from the objects and from the graph.

interface Peer {
  readonly namespaceSelector?: { readonly matchLabels: Readonly<Record<string, string>> };
  readonly podSelector?: { readonly matchLabels?: Readonly<Record<string, string>> };
  readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
}

interface Port {
  readonly protocol?: string;
  readonly port?: number;
  readonly endPort?: number;
}

interface Rule {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly Port[];
}

/** Of the NetworkPolicies that are rendered. */
export function renderedTuples(model: Model): string[] {
  const policies = render(model).filter(({ object, service }) => object.kind === "NetworkPolicy" && service !== null);
  return unique(
    policies.flatMap(({ object, service }) => {
      const { ingress = [], egress = [] } = object["spec"] as { ingress?: readonly Rule[]; egress?: readonly Rule[] };
      return [
        ...ingress.flatMap(({ from = [{}], ports }) => tuples(`${service} ←`, from, ports)),
        ...egress.flatMap(({ to = [{}], ports }) => tuples(`${service} →`, to, ports)),
      ];
    }),
  );
}

/** Of a graph's lines and of what it says in words; ports of services by number, as policies know them. */
export function drawnTuples(graph: PlatformGraph, model: Model): string[] {
  const services = new Map(model.services.map((service) => [`service ${service.name}`, service]));
  const running = model.services.filter(({ kind }) => kind !== "External");
  const edges = graph.edges.flatMap(({ kind, from, to, ports }) => {
    const [caller, target] = [services.get(from), services.get(to)];
    const numbers = target ? ports.map((name) => portOf(target, name)) : ports;
    const callerWords = kind === "route" ? graph.controller : wordsOf(caller, from);
    return numbers.flatMap((port) => [
      ...(target && target.kind !== "External"
        ? split(callerWords).map((one) => `${target.name} ← ${one}: ${port}`)
        : []),
      ...(caller ? split(wordsOf(target, to)).map((one) => `${caller.name} → ${one}: ${port}`) : []),
    ]);
  });
  const dns = running.flatMap(({ name }) =>
    split(graph.resolver).flatMap((one) => [`${name} → ${one}: 53`, `${name} → ${one}: 53/UDP`]),
  );
  const scraped = graph.groups.flatMap(({ nodes }) =>
    nodes.flatMap(({ id, ports }) => {
      const service = services.get(id);
      return ports.flatMap(({ name, isScraped }) =>
        service && isScraped ? [`${service.name} ← ${graph.scraper}: ${portOf(service, name)}`] : [],
      );
    }),
  );
  return unique([...edges, ...dns, ...scraped]);
}

function tuples(start: string, peers: readonly Peer[], ports: readonly Port[] = []): string[] {
  const numbers = ports.length === 0 ? ["every port"] : ports.map(portWords);
  return peers.flatMap((peer) => numbers.map((port) => `${start} ${peerWords(peer)}: ${port}`));
}

function peerWords({ namespaceSelector, podSelector, ipBlock }: Peer): string {
  if (ipBlock) return [ipBlock.cidr, ...(ipBlock.except ?? []).map((part) => `except ${part}`)].join(" ");
  const namespace = namespaceSelector?.matchLabels["kubernetes.io/metadata.name"];
  const labels = Object.entries(podSelector?.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return `${labels.length === 0 ? "every pod" : `pods ${labels.toSorted().join(",")}`} in namespace ${namespace}`;
}

function portWords({ protocol, port, endPort }: Port): string {
  const range = endPort === undefined ? String(port) : `${port}–${endPort}`;
  return protocol === "UDP" || protocol === "SCTP" ? `${range}/${protocol}` : range;
}

function portOf({ name, ports }: ServiceModel, port: string): string {
  const found = ports.find((one) => one.name === port);
  if (!found) throw new Error(`${name} has no port ${port}`);
  return portWords({ protocol: found.protocol, port: found.containerPort });
}

/** A service's own pods or blocks; what else the graph names says itself, in parentheses, what it is. */
function wordsOf(service: ServiceModel | undefined, id: string): string | null {
  if (!service) return /\((.*)\)$/s.exec(id)?.[1] ?? null;
  if (service.external) return service.external.blocks.map((ipBlock) => peerWords({ ipBlock })).join(", ");
  return peerWords({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": service.namespace } },
    podSelector: { matchLabels: policyLabels(service.name) },
  });
}

function split(words: string | null): string[] {
  return words === null ? [] : words.split(", ");
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)].toSorted();
}
