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
  readonly metrics: { readonly port: string; readonly path: string } | null;
}

export function exposureModel({ name, service }: EffectiveService): ExposureModel {
  const ports = portModels(service);
  const { name: serviceName = name, annotations = {} } = service.service ?? {};
  return {
    ports,
    service: ports.length > 0 ? { name: serviceName, isHeadless: isHeadless(service), annotations } : null,
    metrics: service.metrics ? { port: service.metrics.port, path: service.metrics.path ?? "/metrics" } : null,
  };
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
