import { type Check, type Problem, type Subject, idOf, ofKind } from "../../check.ts";
import { namespaceOf, numberAt, objectAt, textAt } from "../../fields.ts";
import type { Placed } from "../../../render/render.ts";

export const autoscaler: Check = {
  code: "AUTOSCALER",
  severity: "error",
  title: "an autoscaler has a workload that leaves the number of pods to it, and room to decide",
  tags: [
    "kube-linter/dangling-horizontalpodautoscaler",
    "kube-score/horizontalpodautoscaler-has-target",
    "kube-score/deployment-targeted-by-hpa-does-not-have-replicas-configured",
    "polaris/hpaMaxAvailability",
    "kubescape/C-0300",
  ],
  run: (subject) =>
    ofKind(subject, "HorizontalPodAutoscaler").flatMap((object) =>
      problems(object, subject).map((problem) => ({ object, ...problem })),
    ),
};

function problems(scaler: Placed, { placed }: Subject): Problem[] {
  const ref = objectAt(scaler.object, "spec", "scaleTargetRef");
  const name = `${textAt(ref, "kind")}/${textAt(ref, "name")}`;
  const target = placed.find((one) => idOf(one.object) === name && namespaceOf(one) === namespaceOf(scaler));
  const least = numberAt(scaler.object, "spec", "minReplicas") ?? 1;
  const most = numberAt(scaler.object, "spec", "maxReplicas") ?? 1;
  return [
    ...(target ? [] : [{ message: `it scales ${name}, which is not there`, fix: "correct scaleTargetRef" }]),
    ...(numberAt(target?.object, "spec", "replicas") === null
      ? []
      : [{ message: `${name} says its own replicas: each apply undoes what was scaled`, fix: "leave replicas out" }]),
    ...(most > least
      ? []
      : [{ message: `between ${least} and ${most} pods there is nothing to decide`, fix: "raise maxReplicas" }]),
  ];
}
