import { sortedEntries } from "../lib/merge.ts";
import { type EffectiveService, isHeadless } from "../registry/effective.ts";
import type { ExtraService, Service } from "../registry/schema/service.ts";
import { type ExternalModel, externalModel } from "./external.ts";
import { pointerSegment } from "./names.ts";

export interface PortModel {
  readonly name: string;
  readonly containerPort: number;
  readonly servicePort: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly appProtocol: string | null;
}

type Written = NonNullable<Service["service"]>;

/** A Kubernetes Service; what is null is left to Kubernetes. */
export interface KubernetesServiceModel {
  readonly name: string;
  readonly type: NonNullable<Written["type"]>;
  readonly isHeadless: boolean;
  readonly ports: readonly (PortModel & { readonly nodePort: number | null })[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly externalTrafficPolicy: Written["externalTrafficPolicy"] | null;
  readonly internalTrafficPolicy: Written["internalTrafficPolicy"] | null;
  readonly loadBalancerClass: string | null;
  readonly loadBalancerSourceRanges: readonly string[];
  readonly sessionAffinity: Written["sessionAffinity"] | null;
  readonly publishNotReadyAddresses: boolean | null;
}

/** One more Service in front of the same pods. */
export interface ExtraServiceModel extends KubernetesServiceModel {
  /** As the registry calls it. */
  readonly key: string;
  readonly pointer: string;
  readonly description: string | null;
}

/** Where a service listens, and who finds it there. */
export interface ExposureModel {
  readonly ports: readonly PortModel[];
  /** Null for a service without ports. */
  readonly service: KubernetesServiceModel | null;
  readonly extraServices: readonly ExtraServiceModel[];
  /** Null for what runs in the cluster. */
  readonly external: ExternalModel | null;
  readonly metrics: MetricsModel | null;
}

/** How a scraper finds what it scrapes: by annotations of the pods, or by a ServiceMonitor. */
export type MetricsMode = NonNullable<NonNullable<Service["metrics"]>["mode"]>;

export interface MetricsModel {
  /** Name of one of the ports. */
  readonly port: string;
  readonly path: string;
  readonly mode: MetricsMode;
  /** Null: as often as the scraper does by default. */
  readonly interval: string | null;
}

/** `mode`: the environment's, for services that say none. */
export function exposureModel(
  { name, service }: EffectiveService,
  pointer: string,
  mode: MetricsMode,
  resolve: (text: string) => string,
): ExposureModel {
  const ports = portModels(service);
  const own = ports.map((port) => ({ ...port, nodePort: service.ports?.[port.name]?.nodePort ?? null }));
  const main = { ...kubernetesService(service.service?.name ?? name, service.service ?? {}), ports: own };
  return {
    ports,
    service: ports.length > 0 ? { ...main, isHeadless: isHeadless(service) } : null,
    extraServices: sortedEntries(service.extraServices).map(([key, extra]) =>
      extraServiceModel(name, key, extra, ports, pointer),
    ),
    external: externalModel(service, resolve),
    metrics: service.metrics ? metricsModel(service.metrics, mode) : null,
  };
}

function metricsModel(written: NonNullable<Service["metrics"]>, mode: MetricsMode): MetricsModel {
  const { port, path = "/metrics", interval = null } = written;
  return { port, path, mode: written.mode ?? mode, interval };
}

function portModels(service: Service): PortModel[] {
  return sortedEntries(service.ports).map(([name, port]) => ({
    name,
    containerPort: port.containerPort,
    servicePort: port.servicePort ?? port.containerPort,
    protocol: port.protocol ?? "TCP",
    appProtocol: port.appProtocol ?? null,
  }));
}

function extraServiceModel(
  service: string,
  key: string,
  written: ExtraService,
  all: readonly PortModel[],
  pointer: string,
): ExtraServiceModel {
  const ports = all
    .filter((port) => written.ports === undefined || Object.hasOwn(written.ports, port.name))
    .map((port) => {
      const { servicePort = port.servicePort, nodePort = null } = written.ports?.[port.name] ?? {};
      return { ...port, servicePort, nodePort };
    });
  return {
    ...kubernetesService(written.name ?? `${service}-${key}`, written),
    key,
    pointer: `${pointer.replace(/\/mock$/, "")}/extraServices/${pointerSegment(key)}`,
    description: written.description ?? null,
    ports,
  };
}

function kubernetesService(name: string, written: Omit<Written, "name">): Omit<KubernetesServiceModel, "ports"> {
  return {
    name,
    type: written.type ?? "ClusterIP",
    isHeadless: written.headless ?? false,
    labels: written.labels ?? {},
    annotations: written.annotations ?? {},
    externalTrafficPolicy: written.externalTrafficPolicy ?? null,
    internalTrafficPolicy: written.internalTrafficPolicy ?? null,
    loadBalancerClass: written.loadBalancerClass ?? null,
    loadBalancerSourceRanges: written.loadBalancerSourceRanges ?? [],
    sessionAffinity: written.sessionAffinity ?? null,
    publishNotReadyAddresses: written.publishNotReadyAddresses ?? null,
  };
}
