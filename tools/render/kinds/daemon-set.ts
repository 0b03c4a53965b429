import { type Kind, compact } from "../object.ts";
import { workloadTemplate } from "../pod.ts";
import { drawWorkload } from "../workload.ts";

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/daemon-set-v1/ */
export const daemonSet: Kind = {
  home: "base",
  ofService: (service) => {
    const { rollout } = service;
    return drawWorkload(service, "DaemonSet", "apps/v1", () =>
      compact({
        revisionHistoryLimit: rollout.revisionHistoryLimit,
        minReadySeconds: rollout.minReadySeconds,
        updateStrategy: rollout.strategy,
        selector: { matchLabels: service.selector },
        template: workloadTemplate(service),
      }),
    );
  },
};
