import type { EffectiveService } from "../registry/effective.ts";
import type { JobSettings, Service, ServiceKind } from "../registry/schema/service.ts";
import { selectorLabels } from "./names.ts";
import type { VolumeModel } from "./volume.ts";

/** The object that makes a service's pods, and what decides about their number. */
export interface WorkloadModel {
  readonly kind: Exclude<ServiceKind, "Image">;
  readonly isMocked: boolean;
  /** Null where something else decides: an autoscaler, or the number of nodes. */
  readonly replicas: number | null;
  /** What selects the service's pods, and no others. Immutable in the API. */
  readonly selector: Readonly<Record<string, string>>;
  readonly names: {
    readonly workload: string;
    readonly podDisruptionBudget: string;
    readonly horizontalPodAutoscaler: string;
    readonly networkPolicy: string;
  };
  readonly rollout: RolloutModel;
  readonly autoscaling: Service["autoscaling"] | null;
  readonly podDisruptionBudget: Service["podDisruptionBudget"] | null;
  /** Of a service of kind Job or CronJob. */
  readonly job: JobSettings;
}

/** How pods are replaced; null where Kubernetes' own default is good. */
export interface RolloutModel {
  readonly strategy: Service["strategy"] | null;
  readonly podManagementPolicy: Service["podManagementPolicy"] | null;
  readonly persistentVolumeClaimRetentionPolicy: Service["persistentVolumeClaimRetentionPolicy"] | null;
  readonly minReadySeconds: number | null;
  readonly progressDeadlineSeconds: number | null;
  readonly revisionHistoryLimit: number;
}

export function workloadModel(
  { name, service, isMocked }: EffectiveService,
  volumes: readonly VolumeModel[],
): WorkloadModel {
  const kind = service.kind === undefined || service.kind === "Image" ? "Deployment" : service.kind;
  const isReplicated = kind === "Deployment" || kind === "StatefulSet";
  const names = service.names ?? {};
  return {
    kind,
    isMocked,
    replicas: service.autoscaling || !isReplicated ? null : (service.replicas ?? 1),
    selector: service.selector ?? selectorLabels(name, name),
    names: {
      workload: names.Workload ?? name,
      podDisruptionBudget: names.PodDisruptionBudget ?? name,
      horizontalPodAutoscaler: names.HorizontalPodAutoscaler ?? name,
      networkPolicy: names.NetworkPolicy ?? name,
    },
    rollout: rolloutModel(service, kind, volumes),
    autoscaling: isReplicated ? (service.autoscaling ?? null) : null,
    podDisruptionBudget: isReplicated ? (service.podDisruptionBudget ?? null) : null,
    job: service.job ?? {},
  };
}

/** A model server loads for longer than the ten minutes after which Kubernetes calls a roll-out failed. */
const GPU_PROGRESS_DEADLINE_SECONDS = 1800;

function rolloutModel(service: Service, kind: WorkloadModel["kind"], volumes: readonly VolumeModel[]): RolloutModel {
  const hasGpu = service.gpu !== undefined;
  const isDeployment = kind === "Deployment";
  return {
    strategy: service.strategy ?? (isDeployment ? defaultStrategy(volumes, hasGpu) : null),
    podManagementPolicy: service.podManagementPolicy ?? null,
    persistentVolumeClaimRetentionPolicy: service.persistentVolumeClaimRetentionPolicy ?? null,
    minReadySeconds: service.minReadySeconds ?? null,
    progressDeadlineSeconds:
      service.progressDeadlineSeconds ?? (isDeployment && hasGpu ? GPU_PROGRESS_DEADLINE_SECONDS : null),
    revisionHistoryLimit: service.revisionHistoryLimit ?? 3,
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
