import { type Check, PINNED, ofKind } from "../../check.ts";
import { numberAt } from "../../fields.ts";

export const autoscalerMinimum: Check = {
  code: "AUTOSCALER_MINIMUM",
  severity: "warning",
  title: "an autoscaler keeps two pods at least, in airgap and prod",
  tags: [
    "kube-linter/hpa-minimum-three-replicas",
    "kube-score/horizontalpodautoscaler-replicas",
    "polaris/hpaMinAvailability",
  ],
  profiles: PINNED,
  run: (subject) =>
    ofKind(subject, "HorizontalPodAutoscaler")
      .filter(({ object }) => (numberAt(object, "spec", "minReplicas") ?? 1) < 2)
      .map((object) => ({
        object,
        message: "in a quiet hour it leaves one pod: a node that goes takes the service with it",
        fix: 'set "minReplicas" to 2 or more',
      })),
};
