import type { AddressBlock } from "../model/external.ts";
import { policyLabels } from "../model/names.ts";
import type { PeerModel } from "../model/network-policy.ts";
import type { ServiceModel } from "../model/service.ts";
import { compact } from "./object.ts";

/** A peer of a network policy, as the API has it. */
export type Peer = Readonly<Record<string, unknown>>;

/** Always both selectors: one alone would mean pods of the own namespace, or pods that nobody named. */
export function podsPeer(namespace: string, labels: Readonly<Record<string, string>>): Peer {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: compact({ matchLabels: labels }),
  };
}

export function blockPeer({ cidr, except }: AddressBlock): Peer {
  return { ipBlock: compact({ cidr, except }) };
}

/** A service of the registry: its pods, or where it lies outside. */
export function servicePeers(service: ServiceModel): readonly Peer[] {
  return service.external
    ? service.external.blocks.map(blockPeer)
    : [podsPeer(service.namespace, policyLabels(service.name))];
}

export function foreignPeers(peer: PeerModel): readonly Peer[] {
  return "blocks" in peer ? peer.blocks.map(blockPeer) : [podsPeer(peer.namespace, peer.labels)];
}
