import type { Check } from "../../check.ts";
import { grants, perRole } from "../../rbac.ts";

const ROLES = ["roles", "clusterroles", "rolebindings", "clusterrolebindings"];

export const rbacEscalation: Check = {
  code: "RBAC_ESCALATION",
  severity: "error",
  title: "no role hands out rights, or borrows another's",
  tags: [
    "checkov/CKV_K8S_155",
    "checkov/CKV_K8S_156",
    "checkov/CKV_K8S_157",
    "checkov/CKV_K8S_158",
    "trivy/KSV-0043",
    "trivy/KSV-0050",
    "trivy/KSV-0051",
    "trivy/KSV-0052",
    "trivy/KSV-0055",
    "trivy/KSV-0114",
    "kubescape/C-0065",
    "kubescape/C-0191",
    "kubescape/C-0281",
    "kubescape/C-0282",
    "cis/5.1.8",
    "cis/5.1.12",
    "cis/5.1.13",
  ],
  run: (subject) =>
    perRole(
      subject,
      (rule) => {
        const makes = ["create", "update", "patch"];
        const verb = rule.verbs.find((one) => ["escalate", "bind", "impersonate"].includes(one));
        const found =
          verb ??
          grants(rule, "rbac.authorization.k8s.io", ROLES, makes) ??
          grants(rule, "", ["serviceaccounts/token"], ["create"]) ??
          grants(
            rule,
            "admissionregistration.k8s.io",
            ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"],
            makes,
          );
        return found === null ? null : `it grants ${found}: with that it can make itself anything`;
      },
      "leave it to the cluster's operators",
    ),
};
