import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

export const procMount: Check = {
  code: "PROC_MOUNT",
  severity: "error",
  title: "/proc is masked as usual",
  tags: [
    "kube-linter/unsafe-proc-mount",
    "polaris/procMount",
    "trivy/KSV-0027",
    "pss/baseline/procMount",
    "kyverno/disallow-proc-mount",
  ],
  run: (subject) =>
    perContainer(subject, ({ name, securityContext: { procMount: written } }) => [
      written !== undefined &&
        written !== "Default" && {
          message: `container ${name} sees the whole of /proc`,
          fix: "remove procMount",
        },
    ]),
};
