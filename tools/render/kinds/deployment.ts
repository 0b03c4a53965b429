import { type Kind, compact } from "../object.ts";
import { workloadTemplate } from "../pod.ts";
import { drawWorkload } from "../workload.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/deployment-v1/ */
export const deployment: Kind = {
  home: "base",
  ofService: (service) => {
    const { rollout } = service;
    return drawWorkload(service, "Deployment", "apps/v1", () =>
      compact({
        replicas: service.replicas,
        revisionHistoryLimit: rollout.revisionHistoryLimit,
        minReadySeconds: rollout.minReadySeconds,
        progressDeadlineSeconds: rollout.progressDeadlineSeconds,
        strategy: rollout.strategy,
        selector: { matchLabels: service.selector },
        template: workloadTemplate(service),
      }),
    );
  },
};
