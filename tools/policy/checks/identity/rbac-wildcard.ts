import type { Check } from "../../check.ts";
import { perRole } from "../../rbac.ts";

export const rbacWildcard: Check = {
  code: "RBAC_WILDCARD",
  severity: "error",
  title: "roles name their verbs, resources and groups one by one",
  tags: [
    "kube-linter/wildcard-in-rules",
    "checkov/CKV_K8S_49",
    "trivy/KSV-0044",
    "trivy/KSV-0045",
    "trivy/KSV-0046",
    "trivy/KSV-0112",
    "kubescape/C-0035",
    "kubescape/C-0187",
    "kubescape/C-0272",
    "cis/5.1.3",
  ],
  run: (subject) =>
    perRole(
      subject,
      ({ groups, resources, verbs }) => {
        const wild = Object.entries({ apiGroups: groups, resources, verbs }).filter(([, words]) => words.includes("*"));
        return wild.length === 0 ? null : `it grants every one of its ${wild.map(([field]) => field).join(" and ")}`;
      },
      "name what the program asks for",
    ),
};
