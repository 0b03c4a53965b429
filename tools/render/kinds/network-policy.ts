import type { Model } from "../../model/model.ts";
import { policyLabels } from "../../model/names.ts";
import type { PortModel } from "../../model/exposure.ts";
import type { ServiceModel } from "../../model/service.ts";
import { namespaceMetadata, serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";

/**
 * Each namespace denies everything; each service then allows what the registry declares and nothing else: its callers,
 * the ingress controller where it has routes, whoever reads its metrics; and outwards DNS and what it depends on.
 */
export const networkPolicy: Kind = {
  home: "overlay",
  ofService: (service, model) => {
    const spec = {
      podSelector: { matchLabels: policyLabels(service.name) },
      policyTypes: ["Ingress", "Egress"],
      ...compact({
        ingress: [...fromCallers(service, model), ...fromController(service, model), ...fromMonitoring(service, model)],
      }),
      egress: [DNS, ...toDependencies(service, model)],
    };
    return [
      {
        pointer: service.pointer,
        object: {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: serviceMetadata(service, service.names.networkPolicy),
          spec,
        },
      },
    ];
  },
  ofNamespace: (namespace, model) => [
    {
      pointer: namespace.pointer,
      object: {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        // Policy engines know this very name.
        metadata: namespaceMetadata(namespace, model, "default-deny"),
        spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
      },
    },
  ],
};

type Rule = Record<string, unknown>;

/** Without it no name resolves under default deny. Every distribution labels its DNS so, RKE2 and kind alike. */
const DNS: Rule = {
  to: [peer("kube-system", { "k8s-app": "kube-dns" })],
  ports: [
    { protocol: "UDP", port: 53 },
    { protocol: "TCP", port: 53 },
  ],
};

function fromCallers(service: ServiceModel, model: Model): Rule[] {
  const callers = model.edges.filter((edge) => edge.to === service.name);
  return callers.map((edge) => ({ from: [servicePeer(named(edge.from, model))], ports: portsOf(service, edge.ports) }));
}

function toDependencies(service: ServiceModel, model: Model): Rule[] {
  const dependencies = model.edges.filter((edge) => edge.from === service.name);
  return dependencies.map((edge) => {
    const target = named(edge.to, model);
    return { to: [servicePeer(target)], ports: portsOf(target, edge.ports) };
  });
}

function named(name: string, model: Model): ServiceModel {
  const service = model.services.find((one) => one.name === name);
  if (!service) throw new Error(`unchecked edge to ${name}`);
  return service;
}

function fromController(service: ServiceModel, { ingress }: Model): Rule[] {
  const ports = [...new Set(service.routes.map((route) => route.port))].toSorted();
  return ingress && ports.length > 0
    ? [{ from: [peer(ingress.namespace, ingress.labels)], ports: portsOf(service, ports) }]
    : [];
}

function fromMonitoring(service: ServiceModel, { settings }: Model): Rule[] {
  return settings?.monitoring && service.metrics
    ? [
        {
          from: [peer(settings.monitoring.namespace, settings.monitoring.labels)],
          ports: portsOf(service, [service.metrics.port]),
        },
      ]
    : [];
}

function servicePeer(service: ServiceModel): Rule {
  return peer(service.namespace, policyLabels(service.name));
}

/** Always both selectors: one alone would mean every pod, or every namespace. */
function peer(namespace: string, labels: Readonly<Record<string, string>>): Rule {
  return {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
    podSelector: { matchLabels: labels },
  };
}

/** Policies see the pod's own ports, never the Service's. */
function portsOf(service: ServiceModel, names: readonly string[]): Rule[] {
  const found = names.flatMap((name): PortModel[] => service.ports.filter((port) => port.name === name));
  return found.map(({ protocol, containerPort }) => ({ protocol, port: containerPort }));
}
