import type { Check } from "../../check.ts";
import { at } from "../../fields.ts";
import { effective, perContainer } from "../../pods.ts";

export const hostProcess: Check = {
  code: "HOST_PROCESS",
  severity: "error",
  title: "no Windows container is a process of the node",
  tags: [
    "polaris/hostProcess",
    "trivy/KSV-0103",
    "kubescape/C-0202",
    "pss/baseline/hostProcess",
    "cis/5.2.10",
    "kyverno/disallow-host-process",
  ],
  run: (subject) =>
    perContainer(subject, (container, pod) => [
      at(effective(container, pod, "windowsOptions"), "hostProcess") === true && {
        message: `container ${container.name} is a process of the node`,
        fix: "remove windowsOptions.hostProcess",
      },
    ]),
};
