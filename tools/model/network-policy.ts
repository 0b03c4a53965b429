import { isStrictlyWithin } from "../lib/cidr.ts";
import { sortedEntries } from "../lib/merge.ts";
import type { Environment, Ingress } from "../registry/schema.ts";
import type { Service } from "../registry/schema/service.ts";
import type { AddressBlock } from "./external.ts";

type Written = NonNullable<Service["networkPolicy"]>;
type WrittenPeer = Pick<NonNullable<Written["allowTo"]>[string], "namespace" | "labels" | "cidrs" | "except">;

/** Pods of a namespace that is none of the registry's, or networks. */
export type PeerModel =
  | { readonly namespace: string; readonly labels: Readonly<Record<string, string>> }
  | { readonly blocks: readonly AddressBlock[] };

/** Who may come in, and where to. */
export interface AllowFrom {
  /** As the registry calls it. */
  readonly key: string;
  readonly description: string | null;
  readonly peer: PeerModel;
  /** Names of the service's ports. */
  readonly ports: readonly string[];
}

/** Where its pods may go. */
export interface AllowTo {
  readonly key: string;
  readonly description: string | null;
  readonly peer: PeerModel;
  /** None: every port. */
  readonly ports: readonly {
    readonly port: number;
    readonly endPort: number | null;
    readonly protocol: "TCP" | "UDP" | "SCTP";
  }[];
}

export interface NetworkPolicyModel {
  readonly allowFrom: readonly AllowFrom[];
  readonly allowTo: readonly AllowTo[];
}

/** Edges to what the registry does not describe. */
export function networkPolicyModel(service: Service, mapNamespace: (name: string) => string): NetworkPolicyModel {
  const { allowFrom, allowTo } = service.networkPolicy ?? {};
  return {
    allowFrom: sortedEntries(allowFrom).map(([key, from]) => ({
      key,
      description: from.description ?? null,
      peer: peerModel(from, mapNamespace),
      ports: from.ports ?? sortedEntries(service.ports).map(([name]) => name),
    })),
    allowTo: sortedEntries(allowTo).map(([key, to]) => ({
      key,
      description: to.description ?? null,
      peer: peerModel(to, mapNamespace),
      ports: (to.ports ?? []).map(({ port, endPort = null, protocol = "TCP" }) => ({ port, endPort, protocol })),
    })),
  };
}

/** The ingress controller; on the network of the nodes it has no pod that a policy would see, but addresses. */
export function controllerPeers({ namespace, labels, cidrs }: Ingress): PeerModel[] {
  return [{ namespace, labels }, ...networks(cidrs)];
}

/** Most distributions label their DNS as upstream does, RKE2 and kind among them. */
export function dnsPeers(settings: Environment | null): PeerModel[] {
  const { namespace = "kube-system", labels = { "k8s-app": "kube-dns" }, cidrs } = settings?.dns ?? {};
  return [{ namespace, labels }, ...networks(cidrs)];
}

function networks(cidrs: readonly string[] = []): PeerModel[] {
  return cidrs.length === 0 ? [] : [{ blocks: cidrs.map((cidr) => ({ cidr, except: [] })) }];
}

/** The API wants each exception below the network that it is taken from. */
function peerModel(
  { namespace, labels = {}, cidrs = [], except = [] }: WrittenPeer,
  mapNamespace: (name: string) => string,
): PeerModel {
  if (namespace !== undefined) return { namespace: mapNamespace(namespace), labels };
  return {
    blocks: cidrs.map((cidr) => ({ cidr, except: except.filter((part) => isStrictlyWithin(part, cidr)) })),
  };
}
