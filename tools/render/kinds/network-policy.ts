import type { Edge } from "../../model/graph.ts";
import type { Model } from "../../model/model.ts";
import { policyLabels } from "../../model/names.ts";
import { controllerPeers, dnsPeers } from "../../model/network-policy.ts";
import type { ServiceModel } from "../../model/service.ts";
import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";
import { type Peer, foreignPeers, podsPeer, servicePeers } from "../peer.ts";

/**
 * Each namespace denies everything; each service then allows what the registry declares and nothing else: its callers,
 * the ingress controller where it has routes, whoever reads its metrics; and outwards DNS and what it depends on. An
 * environment where something else decides who may talk has none of them.
 */
export const networkPolicy: Kind = {
  home: "overlay",
  ofService: (service, model) => {
    if (!hasPolicies(model)) return [];
    const spec = {
      podSelector: { matchLabels: policyLabels(service.name) },
      policyTypes: ["Ingress", "Egress"],
      ...compact({ ingress: ingressRules(service, model) }),
      egress: egressRules(service, model),
    };
    const metadata = serviceMetadata(service, service.names.networkPolicy);
    return [
      {
        pointer: service.pointer,
        description: descriptionOf(service),
        object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec },
      },
    ];
  },
  ofNamespace: (namespace, model) => {
    if (!hasPolicies(model)) return [];
    // Policy engines know this very name.
    const metadata = namespaceMetadata(namespace, model, "default-deny");
    const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
    return [
      {
        pointer: namespace.pointer,
        object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec },
      },
    ];
  },
};

type Rule = Readonly<Record<string, unknown>>;

const DNS_PORTS: readonly Rule[] = [
  { protocol: "UDP", port: 53 },
  { protocol: "TCP", port: 53 },
];

function hasPolicies({ settings }: Model): boolean {
  return settings?.networkPolicies !== false;
}

function ingressRules(service: ServiceModel, model: Model): Rule[] {
  const callers = edgesOf(model).to.get(service.name) ?? [];
  const routed = [...new Set(service.routes.map(({ port }) => port))].toSorted();
  return distinct([
    ...callers.flatMap((edge) => from(servicePeers(named(edge.from, model)), service, edge.ports)),
    ...service.networkPolicy.allowFrom.flatMap(({ peer, ports }) => from(foreignPeers(peer), service, ports)),
    ...(model.ingress ? from(controllerPeers(model.ingress).flatMap(foreignPeers), service, routed) : []),
    ...fromMonitoring(service, model),
  ]);
}

/** An ingress controller that is a service of the platform is a caller as well. */
function distinct(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [JSON.stringify(rule), rule])).values()];
}

/** Without DNS no name resolves under default deny. */
function egressRules(service: ServiceModel, model: Model): Rule[] {
  const dependencies = edgesOf(model).from.get(service.name) ?? [];
  return [
    { to: dnsPeers(model.settings).flatMap(foreignPeers), ports: DNS_PORTS },
    ...dependencies.flatMap((edge) => {
      const target = named(edge.to, model);
      const ports = portsOf(target, edge.ports);
      return ports.length > 0 ? [{ to: servicePeers(target), ports }] : [];
    }),
    ...service.networkPolicy.allowTo.map(({ peer, ports }) => ({
      to: foreignPeers(peer),
      ...compact({ ports: ports.map(({ protocol, port, endPort }) => compact({ protocol, port, endPort })) }),
    })),
  ];
}

function fromMonitoring(service: ServiceModel, { settings }: Model): Rule[] {
  if (!settings?.monitoring || !service.metrics) return [];
  const { namespace, labels } = settings.monitoring;
  return from([podsPeer(namespace, labels)], service, [service.metrics.port]);
}

/** None where no port is meant: an empty list would mean every port. */
function from(peers: readonly Peer[], service: ServiceModel, names: readonly string[]): Rule[] {
  const ports = portsOf(service, names);
  return ports.length > 0 ? [{ from: peers, ports }] : [];
}

interface Edges {
  readonly from: ReadonlyMap<string, readonly Edge[]>;
  readonly to: ReadonlyMap<string, readonly Edge[]>;
  readonly services: ReadonlyMap<string, ServiceModel>;
}

// Asked of a thousand services, each would look through the edges of all of them.
const known = new WeakMap<Model, Edges>();

function edgesOf(model: Model): Edges {
  const found = known.get(model) ?? {
    from: grouped(model.edges, ({ from: name }) => name),
    to: grouped(model.edges, ({ to }) => to),
    services: new Map(model.services.map((service) => [service.name, service])),
  };
  known.set(model, found);
  return found;
}

function grouped(edges: readonly Edge[], nameOf: (edge: Edge) => string): Map<string, Edge[]> {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const group = groups.get(nameOf(edge));
    if (group) group.push(edge);
    else groups.set(nameOf(edge), [edge]);
  }
  return groups;
}

function named(name: string, model: Model): ServiceModel {
  const service = edgesOf(model).services.get(name);
  if (!service) throw new Error(`unchecked edge to ${name}`);
  return service;
}

/** Policies see the pod's own ports, never the Service's. */
function portsOf(service: ServiceModel, names: readonly string[]): Rule[] {
  const found = names.flatMap((name) => service.ports.filter((port) => port.name === name));
  return found.map(({ protocol, containerPort }) => ({ protocol, port: containerPort }));
}

/** What the registry says about edges that lead out of it. */
function descriptionOf({ networkPolicy: { allowFrom, allowTo } }: ServiceModel): string | null {
  const lines = [
    ...allowFrom.flatMap(({ key, description }) => (description === null ? [] : [`From ${key}: ${description}`])),
    ...allowTo.flatMap(({ key, description }) => (description === null ? [] : [`To ${key}: ${description}`])),
  ];
  return lines.length > 0 ? lines.join("\n") : null;
}
