import { serviceMetadata } from "../metadata.ts";
import type { Kind } from "../object.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
export const horizontalPodAutoscaler: Kind = {
  home: "overlay",
  ofService: (service) => {
    const scaling = service.autoscaling;
    if (!scaling) return [];
    const metrics = [
      utilization("cpu", scaling.targetCPUUtilizationPercentage),
      utilization("memory", scaling.targetMemoryUtilizationPercentage),
      scaling.metrics ?? [],
    ].flat();
    const spec = {
      scaleTargetRef: { apiVersion: "apps/v1", kind: service.kind, name: service.names.workload },
      minReplicas: scaling.minReplicas,
      maxReplicas: scaling.maxReplicas,
      metrics,
      ...(scaling.behavior && { behavior: scaling.behavior }),
    };
    return [
      {
        pointer: `${service.pointer}/autoscaling`,
        object: {
          apiVersion: "autoscaling/v2",
          kind: "HorizontalPodAutoscaler",
          metadata: serviceMetadata(service, service.names.horizontalPodAutoscaler),
          spec,
        },
      },
    ];
  },
};

function utilization(name: string, averageUtilization: number | undefined): readonly Record<string, unknown>[] {
  return averageUtilization === undefined
    ? []
    : [{ type: "Resource", resource: { name, target: { type: "Utilization", averageUtilization } } }];
}
