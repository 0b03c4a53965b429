import type { Check } from "../../check.ts";
import { objectAt, textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

const ALLOWED = ["", "container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** Set or not: what is set must be a type for containers. */
export const selinux: Check = {
  code: "SELINUX",
  severity: "error",
  title: "SELinux options name a container's type, and neither user nor role",
  tags: ["trivy/KSV-0025", "pss/baseline/seLinuxOptions", "nsa/1.8", "kyverno/disallow-selinux"],
  run: (subject) =>
    perPod(subject, ({ spec, containers }) =>
      [objectAt(spec, "securityContext", "seLinuxOptions")]
        .concat(containers.map((one) => objectAt(one.securityContext, "seLinuxOptions")))
        .filter((one) => !ALLOWED.includes(textAt(one, "type")) || textAt(one, "user") + textAt(one, "role") !== "")
        .map(() => ({
          message: "its SELinux options leave the confinement of containers",
          fix: 'remove user and role; the type may be "container_t"',
        })),
    ),
};
