import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { effective, perContainer } from "../../pods.ts";

export const seccomp: Check = {
  code: "SECCOMP",
  severity: "error",
  title: "every container runs under a seccomp profile",
  tags: [
    "kube-score/container-seccomp-profile",
    "polaris/linuxHardening",
    "checkov/CKV_K8S_31",
    "trivy/KSV-0030",
    "trivy/KSV-0104",
    "kubescape/C-0055",
    "kubescape/C-0210",
    "pss/baseline/seccompProfile",
    "pss/restricted/seccompProfile",
    "cis/5.6.2",
    "nsa/1.10",
    "kyverno/restrict-seccomp",
    "kyverno/restrict-seccomp-strict",
  ],
  run: (subject) =>
    perContainer(subject, (container, pod) => {
      const type = textAt(effective(container, pod, "seccompProfile"), "type");
      return [
        type !== "RuntimeDefault" &&
          type !== "Localhost" && {
            message: `container ${container.name} ${type === "" ? "has no seccomp profile" : `has the seccomp profile ${type}`}`,
            fix: 'leave seccompProfile at its default, {"type": "RuntimeDefault"}',
          },
      ];
    }),
};
