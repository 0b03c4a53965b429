import type { Check } from "../../check.ts";
import { effective, perContainer } from "../../pods.ts";

export const runAsRoot: Check = {
  code: "RUN_AS_ROOT",
  severity: "error",
  title: "no container runs as root",
  tags: [
    "kube-linter/run-as-non-root",
    "polaris/runAsRootAllowed",
    "checkov/CKV_K8S_23",
    "trivy/KSV-0012",
    "trivy/KSV-0105",
    "kubescape/C-0013",
    "pss/restricted/runAsNonRoot",
    "pss/restricted/runAsUser",
    "cis/5.2.7",
    "nsa/1.0",
    "kyverno/require-run-as-nonroot",
    "kyverno/require-run-as-non-root-user",
  ],
  run: (subject) =>
    perContainer(subject, (container, pod) => {
      const isRoot = effective(container, pod, "runAsUser") === 0;
      if (effective(container, pod, "runAsNonRoot") === true && !isRoot) return [];
      return [
        {
          message: isRoot ? `container ${container.name} runs as root` : `container ${container.name} may run as root`,
          fix: "set securityContext.container.runAsUser to another user, and leave runAsNonRoot true",
        },
      ];
    }),
};
