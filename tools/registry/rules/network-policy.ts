import { isStrictlyWithin } from "../../lib/cidr.ts";
import type { EffectiveService } from "../effective.ts";
import type { Service } from "../schema/service.ts";
import type { Path } from "../source.ts";
import type { Problem, Scope, ServiceRule } from "./rule.ts";

/** Edges to what is no service: each has one other end, and edges of pods that no policy sees are told. */
export const networkPolicy: ServiceRule = (effective, scope) => [
  ...peersOf(effective.service).flatMap(({ peer, path }) => peerProblems(peer, path)),
  ...portProblems(effective.service),
  ...hostNetworkProblems(effective, scope),
  ...closedProblems(effective, scope),
];

type Peer = NonNullable<NonNullable<Service["networkPolicy"]>["allowTo"]>[string];

function peersOf({ networkPolicy: policy }: Service): { readonly peer: Omit<Peer, "ports">; readonly path: Path }[] {
  return (["allowFrom", "allowTo"] as const).flatMap((direction) =>
    Object.entries(policy?.[direction] ?? {}).map(([name, peer]) => ({
      peer,
      path: ["networkPolicy", direction, name],
    })),
  );
}

function peerProblems({ namespace, labels, cidrs, except = [] }: Omit<Peer, "ports">, path: Path): Problem[] {
  const name = path.join(".");
  if ((namespace === undefined) === (cidrs === undefined)) {
    const message = `${name} says ${cidrs ? "both a namespace and networks" : "neither a namespace nor networks"}`;
    return [{ code: "PEER_TARGET", path, message, fix: 'write exactly one of "namespace" and "cidrs"' }];
  }
  const idle = cidrs ? { labels } : { except: except.length > 0 ? except : undefined };
  return [
    ...Object.entries(idle)
      .filter(([, value]) => value !== undefined)
      .map(([field]) => ({
        code: "PEER_FIELD",
        path: [...path, field],
        message: `${field} means nothing beside ${cidrs ? "cidrs" : "a namespace"}`,
        fix: cidrs ? 'remove it: labels are those of pods in "namespace"' : 'remove it: it takes parts out of "cidrs"',
      })),
    ...(cidrs ? except : []).flatMap((part, i) => exceptProblems(part, cidrs ?? [], [...path, "except", i])),
  ];
}

function exceptProblems(part: string, cidrs: readonly string[], path: Path): Problem[] {
  if (cidrs.some((cidr) => isStrictlyWithin(part, cidr))) return [];
  const message = `${part} is no part of ${cidrs.join(" or ")}`;
  return [{ code: "PEER_EXCEPT", path, message, fix: "name a smaller network that lies within one of the cidrs" }];
}

function portProblems({ ports, networkPolicy: policy }: Service): Problem[] {
  const hasPorts = Object.keys(ports ?? {}).length > 0;
  const inwards = Object.entries(policy?.allowFrom ?? {}).flatMap(([name, from]) =>
    (hasPorts && from.ports?.length !== 0) || (from.ports?.length ?? 0) > 0
      ? []
      : [
          {
            code: "PEER_PORTS",
            path: ["networkPolicy", "allowFrom", name],
            message: `${name} may come in, but to no port`,
            fix: 'add what it may reach to "ports" of the service',
          },
        ],
  );
  const outwards = Object.entries(policy?.allowTo ?? {}).flatMap(([name, to]) =>
    (to.ports ?? []).flatMap(({ port, endPort }, i) =>
      endPort === undefined || endPort >= port
        ? []
        : [
            {
              code: "PEER_PORTS",
              path: ["networkPolicy", "allowTo", name, "ports", i, "endPort"],
              message: `the range from ${port} to ${endPort} is empty`,
              fix: `write an endPort of ${port} or more`,
            },
          ],
    ),
  );
  return [...inwards, ...outwards];
}

/** A port of the nodes that leads to pods whose policy lets nobody in from outside. */
function closedProblems({ name, service }: EffectiveService, { registry, environment }: Scope): Problem[] {
  const isEnforced = environment !== null && registry.environments[environment]?.networkPolicies !== false;
  const isOpened = Object.values(service.networkPolicy?.allowFrom ?? {}).some(({ cidrs }) => cidrs !== undefined);
  if (!isEnforced || isOpened || service.kind === "External" || service.hostNetwork) return [];
  return openedPaths(service).map((path) => ({
    code: "SERVICE_CLOSED",
    severity: "warning",
    path,
    message: `${path.join(".")} of ${name} is for clients outside of the cluster, and its network policy lets none of them in`,
    fix: `add "networkPolicy": {"allowFrom": {"clients": {"cidrs": ["…"]}}} to services.${name}; with externalTrafficPolicy Cluster the nodes are the clients`,
  }));
}

function openedPaths({ service, extraServices = {}, ports = {} }: Service): Path[] {
  const isOpen = (type: string | undefined): boolean => type === "NodePort" || type === "LoadBalancer";
  return [
    ...(isOpen(service?.type) ? [["service", "type"]] : []),
    ...Object.entries(extraServices).flatMap(([key, { type }]) =>
      isOpen(type) ? [["extraServices", key, "type"]] : [],
    ),
    ...Object.entries(ports).flatMap(([key, { hostPort }]) =>
      hostPort === undefined ? [] : [["ports", key, "hostPort"]],
    ),
  ];
}

/** Pods on the network of the nodes have the nodes' addresses: a policy that selects pods never means them. */
function hostNetworkProblems({ name, service }: EffectiveService, scope: Scope): Problem[] {
  const settings = scope.registry.environments[scope.environment ?? ""];
  if (settings?.networkPolicies === false) return [];
  return Object.keys(service.dependsOn ?? {}).flatMap((target): Problem[] => {
    const other = scope.services.get(target)?.service;
    if (!other || (other.hostNetwork ?? false) === (service.hostNetwork ?? false)) return [];
    const [onNode, blocked, direction] = service.hostNetwork
      ? [name, target, "allowFrom" as const]
      : [target, name, "allowTo" as const];
    const peers = Object.values((service.hostNetwork ? other : service).networkPolicy?.[direction] ?? {});
    if (peers.some(({ cidrs }) => cidrs !== undefined)) return [];
    const message = `${onNode} is on the network of the nodes, where no policy sees its pods: that of ${blocked} keeps the two apart`;
    const fix = `add "networkPolicy": {"${direction}": {"nodes": {"cidrs": ["…"]}}} to services.${blocked}, with the network of the nodes`;
    return [{ code: "HOST_NETWORK_EDGE", severity: "warning", path: ["dependsOn", target], message, fix }];
  });
}
