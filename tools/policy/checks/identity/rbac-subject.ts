import { type Check, ofKind } from "../../check.ts";
import { subjectsOf } from "../../rbac.ts";

const NOBODY =
  /^(Group\/system:(masters|unauthenticated|authenticated|serviceaccounts)|User\/system:anonymous|ServiceAccount\/default)$/;

export const rbacSubject: Check = {
  code: "RBAC_SUBJECT",
  severity: "error",
  title: "no binding is for everybody, for nobody in particular, or for a default account",
  tags: [
    "trivy/KSV-01011",
    "trivy/KSV-0122",
    "trivy/KSV-0123",
    "kubescape/C-0262",
    "kubescape/C-0189",
    "cis/5.1.5",
    "cis/5.1.7",
  ],
  run: (subject) =>
    ofKind(subject, "RoleBinding", "ClusterRoleBinding").flatMap((object) =>
      subjectsOf(object.object)
        .filter((one) => NOBODY.test(one))
        .map((one) => ({ object, message: `it is for ${one}`, fix: "name the account of one service" })),
    ),
};
