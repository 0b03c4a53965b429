import { sortedEntries } from "../lib/merge.ts";
import { type EffectiveService, isHeadless } from "../registry/effective.ts";
import type { Service } from "../registry/schema/service.ts";

export interface PortModel {
  readonly name: string;
  readonly containerPort: number;
  readonly servicePort: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
  readonly appProtocol: string | null;
}

/** Where a service listens, and who finds it there. */
export interface ExposureModel {
  readonly ports: readonly PortModel[];
  /** Null for a service without ports. */
  readonly service: {
    readonly name: string;
    readonly isHeadless: boolean;
    readonly annotations: Readonly<Record<string, string>>;
  } | null;
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
export function exposureModel({ name, service }: EffectiveService, mode: MetricsMode): ExposureModel {
  const ports = portModels(service);
  const { name: serviceName = name, annotations = {} } = service.service ?? {};
  return {
    ports,
    service: ports.length > 0 ? { name: serviceName, isHeadless: isHeadless(service), annotations } : null,
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
