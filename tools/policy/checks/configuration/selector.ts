import type { Check } from "../../check.ts";
import { isEmptySelector, objectAt, selects, textMapAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

const KINDS = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];

export const selector: Check = {
  code: "SELECTOR",
  severity: "error",
  title: "workloads select the pods that they make",
  tags: [
    "kube-linter/mismatching-selector",
    "kube-score/deployment-pod-selector-labels-match-template-metadata-labels",
    "kube-score/statefulset-pod-selector-labels-match-template-metadata-labels",
    "kubescape/C-0296",
  ],
  run: (subject) =>
    perPod(subject, ({ kind, object, labels }) => {
      const written = objectAt(object.object, "spec", "selector");
      if (!KINDS.includes(kind) || (!isEmptySelector(written) && selects(written, labels))) return [];
      return [
        {
          message: isEmptySelector(written)
            ? "it has no selector, which the API refuses"
            : `it selects ${JSON.stringify(textMapAt(written, "matchLabels"))}, and its pods have other labels`,
          fix: "let spec.selector.matchLabels name labels of spec.template.metadata.labels",
        },
      ];
    }),
};
