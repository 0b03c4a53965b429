import type { Check } from "../../check.ts";
import { grants, perRole } from "../../rbac.ts";

export const rbacSecrets: Check = {
  code: "RBAC_SECRETS",
  severity: "error",
  title: "no role reads Secrets",
  tags: [
    "kube-linter/access-to-secrets",
    "trivy/KSV-0041",
    "trivy/KSV-0113",
    "kubescape/C-0015",
    "kubescape/C-0186",
    "cis/5.1.2",
  ],
  run: (subject) =>
    perRole(
      subject,
      (rule) => {
        const found = grants(rule, "", ["secrets"], ["get", "list", "watch", "create", "update", "patch", "delete"]);
        return found === null ? null : `it grants ${found}: every Secret in its reach`;
      },
      "mount the one Secret that is needed",
    ),
};
