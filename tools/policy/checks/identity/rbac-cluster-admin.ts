import { type Check, ofKind } from "../../check.ts";
import { textAt } from "../../fields.ts";

const ADMINS = ["cluster-admin", "admin", "system:masters"];

export const rbacClusterAdmin: Check = {
  code: "RBAC_CLUSTER_ADMIN",
  severity: "error",
  title: "no binding makes anybody an administrator",
  tags: [
    "kube-linter/cluster-admin-role-binding",
    "polaris/clusterrolebindingClusterAdmin",
    "polaris/rolebindingClusterAdminClusterRole",
    "polaris/rolebindingClusterAdminRole",
    "checkov/CKV_K8S_42",
    "trivy/KSV-0111",
    "kubescape/C-0035",
    "kubescape/C-0267",
    "cis/5.1.1",
  ],
  run: (subject) =>
    ofKind(subject, "RoleBinding", "ClusterRoleBinding")
      .filter(({ object }) => ADMINS.includes(textAt(object, "roleRef", "name")))
      .map((object) => ({
        object,
        message: `it binds ${textAt(object.object, "roleRef", "name")}`,
        fix: "write a Role that grants what is needed",
      })),
};
