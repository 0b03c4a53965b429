import type { Check } from "../../check.ts";
import { at } from "../../fields.ts";
import { effective, perPod } from "../../pods.ts";

export const rootGroup: Check = {
  code: "ROOT_GROUP",
  severity: "error",
  title: "no pod belongs to the group root",
  tags: [
    "kube-linter/run-as-non-root",
    "trivy/KSV-0116",
    "kubescape/C-0013",
    "kubescape/C-0211",
    "nsa/1.6",
    "kyverno/require-non-root-groups",
  ],
  run: (subject) =>
    perPod(subject, (pod) => {
      const supplemental = at(pod.spec, "securityContext", "supplementalGroups");
      const fields = [
        ...(pod.containers.some((one) => effective(one, pod, "runAsGroup") === 0) ? ["runAsGroup"] : []),
        ...(at(pod.spec, "securityContext", "fsGroup") === 0 ? ["fsGroup"] : []),
        ...(Array.isArray(supplemental) && supplemental.includes(0) ? ["supplementalGroups"] : []),
      ];
      return fields.map((field) => ({
        message: `its ${field} is 0: files of the group root are open to it`,
        fix: `set securityContext.pod.${field} to another group, or leave it out`,
      }));
    }),
};
