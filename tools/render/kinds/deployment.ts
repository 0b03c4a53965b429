import { selectorLabels } from "../../model/names.ts";
import { serviceMetadata } from "../metadata.ts";
import { type Kind, compact } from "../object.ts";
import { workloadTemplate } from "../pod.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
export const deployment: Kind = {
  home: "base",
  ofService: (service) => {
    if (service.kind !== "Deployment") return [];
    const spec = compact({
      replicas: service.replicas,
      revisionHistoryLimit: 3,
      strategy: service.strategy,
      selector: { matchLabels: selectorLabels(service.name, service.name) },
      template: workloadTemplate(service),
    });
    const metadata = serviceMetadata(service, service.name, { annotations: service.annotations });
    return [
      {
        pointer: service.pointer,
        description: service.description,
        object: { apiVersion: "apps/v1", kind: "Deployment", metadata, spec },
      },
    ];
  },
};
