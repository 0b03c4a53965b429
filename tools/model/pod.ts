import type { Service } from "../registry/schema/service.ts";

/** What holds for a service's pods as a whole. */
export interface PodModel {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly podAnnotations: Readonly<Record<string, string>>;
  readonly podSecurityContext: NonNullable<NonNullable<Service["securityContext"]>["pod"]>;
  readonly terminationGracePeriodSeconds: number;
  readonly gpu: Service["gpu"] | null;
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly tolerations: NonNullable<Service["tolerations"]>;
}

export function podModel(service: Service): PodModel {
  return {
    labels: service.labels ?? {},
    annotations: service.annotations ?? {},
    podAnnotations: service.podAnnotations ?? {},
    podSecurityContext: service.securityContext?.pod ?? {},
    terminationGracePeriodSeconds: service.terminationGracePeriodSeconds ?? 30,
    gpu: service.gpu ?? null,
    nodeSelector: service.nodeSelector ?? {},
    tolerations: service.tolerations ?? [],
  };
}
