import type { Check } from "../../check.ts";
import { isBatch, perPod } from "../../pods.ts";
import { textMapAt } from "../../fields.ts";

const WANTED = ["name", "instance", "part-of", "managed-by"].map((name) => `app.kubernetes.io/${name}`);

/** `instance` is the workload's own name; a Job's name ends in a hash, so its instance is the name without. */
export const labels: Check = {
  code: "LABELS",
  severity: "warning",
  title: "workloads and their pods have Kubernetes' recommended labels",
  tags: ["polaris/metadataAndInstanceMismatched", "kubescape/C-0076", "kubescape/C-0077", "kyverno/require-labels"],
  run: (subject) =>
    perPod(subject, (pod) => {
      const own = textMapAt(pod.object.object, "metadata", "labels");
      const missing = WANTED.filter((label) => !own[label] || (pod.kind !== "Pod" && !pod.labels[label]));
      const name = pod.object.object.metadata.name;
      const instance = own["app.kubernetes.io/instance"];
      return [
        missing.length > 0 && {
          message: `it, or its pods, lack the labels ${missing.join(", ")}`,
          fix: "add them: tools and people find what belongs together by them",
        },
        instance !== undefined &&
          instance !== name &&
          !isBatch(pod) && {
            message: `its label app.kubernetes.io/instance is ${instance}, its name ${name}`,
            fix: "give both the same value",
          },
      ];
    }),
};
