import { type Check, ofKind } from "../../check.ts";
import { namespaceOf, objectAt, selects } from "../../fields.ts";
import { perPod, replicasOf } from "../../pods.ts";

export const disruptionBudget: Check = {
  code: "DISRUPTION_BUDGET",
  severity: "warning",
  title: "what runs more than once has a budget for drained nodes",
  tags: [
    "kube-score/deployment-has-poddisruptionbudget",
    "kube-score/statefulset-has-poddisruptionbudget",
    "kube-score/poddisruptionbudget-has-policy",
    "polaris/missingPodDisruptionBudget",
  ],
  run: (subject) =>
    perPod(subject, (pod) => {
      if (!["Deployment", "StatefulSet"].includes(pod.kind) || replicasOf(pod, subject, "least") < 2) return [];
      const isKept = ofKind(subject, "PodDisruptionBudget").some(
        (budget) =>
          namespaceOf(budget) === pod.namespace && selects(objectAt(budget.object, "spec", "selector"), pod.labels),
      );
      return [
        !isKept && {
          message: "a drained node may take all of its pods at once",
          fix: 'leave podDisruptionBudget at its default, {"maxUnavailable": 1}',
        },
      ];
    }),
};
