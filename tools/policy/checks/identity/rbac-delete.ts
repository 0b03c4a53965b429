import type { Check } from "../../check.ts";
import { perRole } from "../../rbac.ts";

export const rbacDelete: Check = {
  code: "RBAC_DELETE",
  severity: "warning",
  title: "no role deletes anything",
  tags: ["trivy/KSV-0042", "kubescape/C-0007", "kubescape/C-0031"],
  run: (subject) =>
    perRole(
      subject,
      ({ verbs, resources }) => {
        const verb = verbs.find((one) => one === "delete" || one === "deletecollection");
        return verb === undefined ? null : `it grants ${verb} ${resources.join(", ")}`;
      },
      "leave the verb out, or say in an exception what is cleaned up",
    ),
};
