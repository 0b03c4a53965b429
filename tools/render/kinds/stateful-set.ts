import type { ServiceModel } from "../../model/service.ts";
import { type Kind, compact } from "../object.ts";
import { workloadTemplate } from "../pod.ts";
import { drawWorkload } from "../workload.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/ */
export const statefulSet: Kind = {
  home: "base",
  ofService: (service) => {
    const { rollout } = service;
    return drawWorkload(service, "StatefulSet", "apps/v1", () =>
      compact({
        serviceName: service.service?.name ?? service.name,
        replicas: service.replicas,
        podManagementPolicy: rollout.podManagementPolicy,
        revisionHistoryLimit: rollout.revisionHistoryLimit,
        minReadySeconds: rollout.minReadySeconds,
        updateStrategy: rollout.strategy,
        persistentVolumeClaimRetentionPolicy: rollout.persistentVolumeClaimRetentionPolicy,
        selector: { matchLabels: service.selector },
        template: workloadTemplate(service),
        volumeClaimTemplates: claimTemplates(service),
      }),
    );
  },
};

/** Immutable in the API: only what selects is a label here, or the next release could not be applied. */
function claimTemplates(service: ServiceModel): readonly Record<string, unknown>[] {
  return service.volumes.flatMap(({ name, source }) => {
    if (source.type !== "claimTemplate") return [];
    const { accessModes, storageClassName, size, annotations } = source;
    const spec = { ...compact({ accessModes, storageClassName }), resources: { requests: { storage: size } } };
    return [{ metadata: compact({ name, labels: service.selector, annotations }), spec }];
  });
}
