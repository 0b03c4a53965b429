import { byCodePoint } from "../lib/merge.ts";
import type { AllowTo, PeerModel } from "../model/network-policy.ts";
import type { ServiceModel } from "../model/service.ts";
import type { GraphEdge, GraphNode, Group } from "./platform-graph.ts";

// What `networkPolicy` lets in and out besides services: pods and networks that the registry does not describe.

/** One edge of a policy, and the node at its other end. */
export interface PeerEdge {
  readonly side: "caller" | "target";
  readonly node: GraphNode;
  readonly edge: GraphEdge;
}

/** `serviceId`: of the service's node. Where no port is meant, nothing is allowed, and there is no edge. */
export function peerEdges({ networkPolicy: { allowFrom, allowTo } }: ServiceModel, serviceId: string): PeerEdge[] {
  return [
    ...allowFrom.flatMap(({ key, description, peer, ports }): PeerEdge[] => {
      const node = peerNode("caller", key, description, peer, []);
      const edge = { kind: "policy", from: node.id, path: null, to: serviceId, ports } as const;
      return ports.length === 0 ? [] : [{ side: "caller", node, edge }];
    }),
    ...allowTo.map(({ key, description, peer, ports }): PeerEdge => {
      const names = ports.length === 0 ? ["every port"] : ports.map(portWords);
      const node = peerNode("target", key, description, peer, names);
      return { side: "target", node, edge: { kind: "policy", from: serviceId, path: null, to: node.id, ports: names } };
    }),
  ];
}

/** Two at most: who comes in, and where it goes. Peers that are alike in name and in what they are stand there once. */
export function peerGroups(edges: readonly PeerEdge[]): Group[] {
  return (["caller", "target"] as const).flatMap((side) => {
    const nodes = edges.filter((edge) => edge.side === side).map(({ node }) => node);
    const ids = [...new Set(nodes.map(({ id }) => id))].toSorted(byCodePoint);
    const alike = ids.map((id) => merged(nodes.filter((node) => node.id === id)));
    return alike.length === 0 ? [] : [{ id: `${side}s`, title: TITLES[side], note: null, nodes: alike }];
  });
}

const TITLES = { caller: "other callers · allowFrom", target: "other targets · allowTo" };

/** `pods app=a in namespace b`, `10.0.0.0/8 except 10.1.0.0/16`, …: what a policy says, in one line. */
export function peerWords(peers: readonly PeerModel[]): string {
  return peers.flatMap((peer) => ("blocks" in peer ? peerLines(peer) : [podsWords(peer)])).join(", ");
}

function podsWords({ namespace, labels }: Extract<PeerModel, { namespace: string }>): string {
  const selected = selectors(labels);
  return `${selected.length === 0 ? "every pod" : `pods ${selected.join(",")}`} in namespace ${namespace}`;
}

function peerLines(peer: PeerModel): string[] {
  if ("blocks" in peer)
    return peer.blocks.map(({ cidr, except }) => [cidr, ...except.map((part) => `except ${part}`)].join(" "));
  const selected = selectors(peer.labels);
  return [...(selected.length === 0 ? ["every pod"] : selected), `in namespace ${peer.namespace}`];
}

function selectors(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .toSorted(byCodePoint);
}

/** Its name in the graph says what it is: two services may call different things alike. */
function peerNode(
  side: PeerEdge["side"],
  key: string,
  description: string | null,
  peer: PeerModel,
  ports: readonly string[],
): GraphNode {
  return {
    id: `${side} ${key} (${peerWords([peer])})`,
    title: key,
    kind: "blocks" in peer ? "Network" : "Pods",
    amount: null,
    marks: [],
    description,
    peers: peerLines(peer),
    ports: ports.map((name) => ({ name, detail: "", isScraped: false })),
    paths: [],
  };
}

function merged(nodes: readonly GraphNode[]): GraphNode {
  const [first] = nodes as readonly [GraphNode, ...GraphNode[]];
  const descriptions = [...new Set(nodes.flatMap(({ description }) => description ?? []))];
  const ports = new Map(nodes.flatMap((node) => node.ports.map((port) => [port.name, port])));
  return {
    ...first,
    description: descriptions.length === 0 ? null : descriptions.join(" "),
    ports: [...ports.values()].toSorted((a, b) => Number.parseInt(a.name, 10) - Number.parseInt(b.name, 10)),
  };
}

/** `443`, `53/UDP`, `5060–5070/UDP` */
function portWords({ port, endPort, protocol }: AllowTo["ports"][number]): string {
  const range = endPort === null || endPort === port ? String(port) : `${port}–${endPort}`;
  return protocol === "TCP" ? range : `${range}/${protocol}`;
}
