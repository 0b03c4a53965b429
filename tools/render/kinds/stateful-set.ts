import { selectorLabels } from "../../model/names.ts";
import type { ServiceModel } from "../../model/service.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";
import { workloadTemplate } from "../pod.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/stateful-set-v1/ */
export const statefulSet: Kind = {
  home: "base",
  ofService: (service) => {
    if (service.kind !== "StatefulSet") return [];
    const spec = compact({
      serviceName: service.service?.name ?? service.name,
      replicas: service.replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: selectorLabels(service.name, service.name) },
      template: workloadTemplate(service),
      volumeClaimTemplates: claimTemplates(service),
    });
    const metadata = serviceMetadata(service, service.name, { annotations: service.annotations });
    return [
      {
        pointer: service.pointer,
        description: service.description,
        object: { apiVersion: "apps/v1", kind: "StatefulSet", metadata, spec },
      },
    ];
  },
};

/** Immutable in the API: only what selects is a label here, or the next release could not be applied. */
function claimTemplates(service: ServiceModel): readonly Record<string, unknown>[] {
  return service.volumes.flatMap(({ name, source }) => {
    if (source.type !== "claimTemplate") return [];
    const { accessModes, storageClassName, size } = source;
    const spec = { ...compact({ accessModes, storageClassName }), resources: { requests: { storage: size } } };
    return [{ metadata: { name, labels: selectorLabels(service.name, service.name) }, spec }];
  });
}
