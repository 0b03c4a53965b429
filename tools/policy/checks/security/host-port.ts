import type { Check } from "../../check.ts";
import { numberAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

export const hostPort: Check = {
  code: "HOST_PORT",
  severity: "error",
  title: "no container takes a port of the node",
  tags: [
    "polaris/hostPortSet",
    "checkov/CKV_K8S_26",
    "trivy/KSV-0024",
    "kubescape/C-0044",
    "kubescape/C-0204",
    "pss/baseline/hostPorts",
    "cis/5.2.12",
    "stig/V-242414",
    "stig/V-254566",
    "kyverno/disallow-host-ports",
    "kyverno/disallow-host-ports-range",
  ],
  run: (subject) =>
    perContainer(subject, ({ name, ports }) =>
      ports.flatMap((port) => {
        const number = numberAt(port, "hostPort") ?? 0;
        if (number === 0) return [];
        const message = `container ${name} takes port ${number} of the node: one pod per node, past every policy`;
        return [{ message, fix: "remove hostPort; a Service or a route leads to it" }];
      }),
    ),
};
