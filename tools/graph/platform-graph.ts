import { byCodePoint } from "../lib/merge.ts";
import type { Edge } from "../model/graph.ts";
import type { Model } from "../model/model.ts";
import type { NamespaceModel } from "../model/namespace.ts";
import { controllerPeers, dnsPeers } from "../model/network-policy.ts";
import type { ServiceModel } from "../model/service.ts";
import type { Registry } from "../registry/schema.ts";
import { peerEdges, peerGroups, peerWords } from "./peers.ts";

// What a picture of the platform shows, before anybody decides where it stands. Texts are as the registry has them: each
// format escapes them its own way.

export interface PlatformGraph {
  /** `mage · airgap` */
  readonly title: string;
  readonly description: string | null;
  readonly groups: readonly Group[];
  readonly edges: readonly GraphEdge[];
  /** Who may read the metrics ports, in words; null where nobody may. */
  readonly scraper: string | null;
  /** Through whom routes come, in words; null where none do. */
  readonly controller: string | null;
  /** Whom every service may ask for addresses, in words; null where nothing holds it back. */
  readonly resolver: string | null;
}

/** A namespace, the ingress controller, what is outside of the cluster, or what the registry does not describe. */
export interface Group {
  readonly id: string;
  readonly title: string;
  readonly note: string | null;
  readonly nodes: readonly GraphNode[];
}

export type Mark = "GPU" | "mocked" | "TLS";

export interface GraphNode {
  readonly id: string;
  readonly title: string;
  /** A Kubernetes kind, `External`, `Ingress` for a host, or `Pods` or `Network` that policies name. */
  readonly kind: string;
  /** `× 2`, `× 3–10`: how many pods there are; of an Ingress, which controller serves it. */
  readonly amount: string | null;
  readonly marks: readonly Mark[];
  readonly description: string | null;
  /** Labels and namespace, or networks, of what is no service. */
  readonly peers: readonly string[];
  /** A service's ports: where others come in. */
  readonly ports: readonly GraphPort[];
  /** A host's paths: where its routes go out. */
  readonly paths: readonly string[];
}

export interface GraphPort {
  readonly name: string;
  /** `8080`, `53/UDP` */
  readonly detail: string;
  readonly isScraped: boolean;
}

/** A declared dependency, a route, or what `networkPolicy` allows besides; nothing else may connect. */
export interface GraphEdge {
  readonly kind: "dependency" | "route" | "policy";
  readonly from: string;
  /** The path of a route, as in `paths` of the host. */
  readonly path: string | null;
  readonly to: string;
  /** Names of the target's ports; none: it is only the order in which they start. */
  readonly ports: readonly string[];
}

/** Without an environment (a base model) routes are those that are written, on whatever host an environment gives. */
export function platformGraph(model: Model, registry: Registry): PlatformGraph {
  const routes = model.services.flatMap((service) => routesOf(service, model, registry));
  const peers = model.services.flatMap((service) => peerEdges(service, serviceId(service.name)));
  return {
    title: model.environment === null ? model.platform : `${model.platform} · ${model.environment}`,
    description: registry.description ?? null,
    groups: [...ingressGroup(routes, model), ...namespaceGroups(model), ...externalGroup(model), ...peerGroups(peers)],
    edges: [...routes.map(routeEdge), ...model.edges.map(dependencyEdge), ...peers.map(({ edge }) => edge)],
    scraper: scraperOf(model),
    controller: model.ingress && routes.length > 0 ? peerWords(controllerPeers(model.ingress)) : null,
    resolver: model.settings && model.settings.networkPolicies !== false ? peerWords(dnsPeers(model.settings)) : null,
  };
}

interface PlacedRoute {
  readonly host: string;
  readonly path: string;
  readonly isTls: boolean;
  readonly service: string;
  readonly port: string;
}

function routesOf(service: ServiceModel, model: Model, registry: Registry): PlacedRoute[] {
  const { name } = service;
  if (model.ingress)
    return service.routes.map(({ host, path, port, tls }) => ({
      host,
      path,
      port,
      isTls: tls !== null,
      service: name,
    }));
  if (model.environment !== null) return [];
  return Object.values(registry.services[name]?.routes ?? {}).map(({ host = "", path, port }) => ({
    host,
    path,
    port,
    isTls: false,
    service: name,
  }));
}

function ingressGroup(routes: readonly PlacedRoute[], { ingress }: Model): Group[] {
  const hosts = [...new Set(routes.map(({ host }) => host))].toSorted(byCodePoint);
  if (hosts.length === 0) return [];
  const title = ingress ? `ingress · ${ingress.namespace}` : "ingress";
  return [{ id: "ingress", title, note: null, nodes: hosts.map((host) => hostNode(host, routes, ingress)) }];
}

function hostNode(host: string, routes: readonly PlacedRoute[], ingress: Model["ingress"]): GraphNode {
  const own = routes.filter((route) => route.host === host);
  return {
    id: hostId(host),
    title: host === "" ? "any host" : host,
    kind: "Ingress",
    amount: ingress?.controller ?? null,
    marks: own.some(({ isTls }) => isTls) ? ["TLS"] : [],
    description: null,
    peers: [],
    ports: [],
    paths: [...new Set(own.map(({ path }) => path))].toSorted(byCodePoint),
  };
}

function namespaceGroups({ namespaces, services, settings }: Model): Group[] {
  return namespaces.map((namespace) => ({
    id: `namespace ${namespace.name}`,
    title: namespace.name,
    note: noteOf(namespace, services),
    nodes: services
      .filter((service) => service.namespace === namespace.name && !isExternal(service))
      .map((service) => serviceNode(service, settings?.monitoring !== undefined)),
  }));
}

function noteOf({ name }: NamespaceModel, services: readonly ServiceModel[]): string | null {
  return services.some(({ namespace }) => namespace === name) ? null : "nothing yet";
}

function externalGroup({ services }: Model): Group[] {
  const nodes = services.filter(isExternal).map((service) => serviceNode(service, false));
  return nodes.length === 0 ? [] : [{ id: "external", title: "outside of the cluster", note: null, nodes }];
}

function isExternal({ kind }: { readonly kind: string }): boolean {
  return kind === "External";
}

function serviceNode(service: ServiceModel, isMonitored: boolean): GraphNode {
  const { name, kind, isMocked, gpu, description, ports, metrics } = service;
  return {
    id: serviceId(name),
    title: name,
    kind,
    amount: amountOf(service),
    marks: [...(gpu ? (["GPU"] as const) : []), ...(isMocked ? (["mocked"] as const) : [])],
    description,
    peers: [],
    ports: ports.map((port) => ({
      name: port.name,
      detail: port.protocol === "TCP" ? String(port.servicePort) : `${port.servicePort}/${port.protocol}`,
      isScraped: isMonitored && metrics?.port === port.name,
    })),
    paths: [],
  };
}

function amountOf({ autoscaling, replicas }: ServiceModel): string | null {
  if (autoscaling) return `× ${autoscaling.minReplicas}–${autoscaling.maxReplicas}`;
  return replicas === null || replicas === 1 ? null : `× ${replicas}`;
}

function routeEdge({ host, path, service, port }: PlacedRoute): GraphEdge {
  return { kind: "route", from: hostId(host), path, to: serviceId(service), ports: [port] };
}

function dependencyEdge({ from, to, ports }: Edge): GraphEdge {
  return { kind: "dependency", from: serviceId(from), path: null, to: serviceId(to), ports };
}

function scraperOf({ settings, services }: Model): string | null {
  const monitoring = settings?.monitoring;
  if (!monitoring || !services.some(({ metrics }) => metrics)) return null;
  return peerWords([monitoring]);
}

function serviceId(name: string): string {
  return `service ${name}`;
}

function hostId(host: string): string {
  return `host ${host}`;
}
