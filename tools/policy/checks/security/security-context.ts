import type { Check } from "../../check.ts";
import { objectAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

export const securityContext: Check = {
  code: "SECURITY_CONTEXT",
  severity: "warning",
  title: "every pod and every container says how it is confined",
  tags: ["checkov/CKV_K8S_29", "checkov/CKV_K8S_30", "trivy/KSV-0118", "kubescape/C-0211", "cis/5.6.3"],
  run: (subject) =>
    perPod(subject, ({ spec, containers }) => [
      Object.keys(objectAt(spec, "securityContext")).length === 0 && {
        message: "its pods have no security context",
        fix: "add securityContext.pod: runAsNonRoot, runAsUser, fsGroup, seccompProfile",
      },
      ...containers
        .filter((one) => Object.keys(one.securityContext).length === 0)
        .map(({ name }) => ({
          message: `container ${name} has no security context`,
          fix: "add securityContext.container: allowPrivilegeEscalation, readOnlyRootFilesystem, capabilities",
        })),
    ]),
};
