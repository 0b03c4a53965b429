import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

export const privileged: Check = {
  code: "PRIVILEGED",
  severity: "error",
  title: "no container is privileged or may become so",
  tags: [
    "kube-linter/privileged-container",
    "kube-linter/privilege-escalation-container",
    "kube-score/container-security-context-privileged",
    "polaris/runAsPrivileged",
    "polaris/privilegeEscalationAllowed",
    "checkov/CKV_K8S_16",
    "checkov/CKV_K8S_20",
    "trivy/KSV-0001",
    "trivy/KSV-0017",
    "kubescape/C-0016",
    "kubescape/C-0057",
    "pss/baseline/privileged",
    "pss/restricted/allowPrivilegeEscalation",
    "cis/5.2.2",
    "cis/5.2.6",
    "nsa/1.2",
    "nsa/1.7",
    "kyverno/disallow-privileged-containers",
    "kyverno/disallow-privilege-escalation",
  ],
  run: (subject) =>
    perContainer(subject, ({ name, securityContext }) => [
      securityContext["privileged"] === true
        ? {
            message: `container ${name} is privileged: it is root on the node`,
            fix: "remove securityContext.container.privileged",
          }
        : securityContext["allowPrivilegeEscalation"] !== false && {
            message: `container ${name} may gain privileges that its parent lacks`,
            fix: "remove securityContext.container.allowPrivilegeEscalation: it is false by default",
          },
    ]),
};
