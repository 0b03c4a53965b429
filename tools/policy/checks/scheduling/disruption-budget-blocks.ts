import { type Check, DEPLOYED, type Subject, ofKind } from "../../check.ts";
import { at, namespaceOf, objectAt, selects } from "../../fields.ts";
import { pods, replicasOf } from "../../pods.ts";
import type { Placed } from "../../../render/render.ts";

export const disruptionBudgetBlocks: Check = {
  code: "DISRUPTION_BUDGET_BLOCKS",
  severity: "error",
  title: "no budget keeps a node from being drained",
  tags: [
    "kube-linter/pdb-max-unavailable",
    "kube-linter/pdb-min-available",
    "kube-linter/pdb-unhealthy-pod-eviction-policy",
    "polaris/pdbDisruptionsIsZero",
    "polaris/pdbMinAvailableGreaterThanHPAMinReplicas",
  ],
  profiles: DEPLOYED,
  run: (subject) =>
    ofKind(subject, "PodDisruptionBudget").flatMap((object) => [
      ...(blocks(object, subject)
        ? [
            {
              object,
              message: "it lets no pod go: a node with one of them is never drained",
              fix: '"maxUnavailable": 1, or fewer in "minAvailable" than there are replicas',
            },
          ]
        : []),
      ...(at(object.object, "spec", "unhealthyPodEvictionPolicy") === "AlwaysAllow"
        ? []
        : [
            {
              object,
              message: "pods that are not ready keep a node from being drained",
              fix: 'set unhealthyPodEvictionPolicy to "AlwaysAllow"',
            },
          ]),
    ]),
};

function blocks(budget: Placed, subject: Subject): boolean {
  const { maxUnavailable, minAvailable } = objectAt(budget.object, "spec");
  if (maxUnavailable !== undefined) return maxUnavailable === 0 || maxUnavailable === "0%";
  if (minAvailable === "100%") return true;
  if (typeof minAvailable !== "number") return false;
  const chosen = pods(subject).filter(
    (pod) => pod.namespace === namespaceOf(budget) && selects(objectAt(budget.object, "spec", "selector"), pod.labels),
  );
  return chosen.length > 0 && chosen.every((pod) => replicasOf(pod, subject, "least") <= minAvailable);
}
