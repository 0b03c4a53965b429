import type { EffectiveService } from "../registry/effective.ts";
import type { Service, ServiceKind } from "../registry/schema/service.ts";
import type { VolumeModel } from "./volume.ts";

/** The object that makes a service's pods, and what decides about their number. */
export interface WorkloadModel {
  readonly kind: Exclude<ServiceKind, "Image">;
  readonly isMocked: boolean;
  /** Null where an autoscaler decides. */
  readonly replicas: number | null;
  readonly strategy: NonNullable<Service["strategy"]> | null;
  readonly autoscaling: Service["autoscaling"] | null;
  readonly podDisruptionBudget: Service["podDisruptionBudget"] | null;
}

export function workloadModel({ service, isMocked }: EffectiveService, volumes: readonly VolumeModel[]): WorkloadModel {
  const kind = service.kind === undefined || service.kind === "Image" ? "Deployment" : service.kind;
  return {
    kind,
    isMocked,
    replicas: service.autoscaling ? null : (service.replicas ?? 1),
    strategy: kind === "Deployment" ? (service.strategy ?? defaultStrategy(volumes, service.gpu !== undefined)) : null,
    autoscaling: service.autoscaling ?? null,
    podDisruptionBudget: service.podDisruptionBudget ?? null,
  };
}

/** A claim that one node at a time can mount would deadlock a rolling update; a GPU is rarely there twice. */
function defaultStrategy(volumes: readonly VolumeModel[], hasGpu: boolean): NonNullable<Service["strategy"]> {
  if (volumes.some((volume) => volume.isExclusive)) return { type: "Recreate" };
  return {
    type: "RollingUpdate",
    rollingUpdate: hasGpu ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 },
  };
}
