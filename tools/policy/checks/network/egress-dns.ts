import type { Check } from "../../check.ts";
import { perPod } from "../../pods.ts";
import { allowsPort, rulesFor } from "../../policies.ts";

export const egressDns: Check = {
  code: "EGRESS_DNS",
  severity: "error",
  title: "pods whose traffic is restricted may still ask DNS",
  tags: ["kyverno/add-networkpolicy-dns", "airgap/AG10"],
  run: (subject) =>
    perPod(subject, (pod) => {
      const rules = rulesFor(subject, pod, "Egress");
      if (rules === null || ["UDP", "TCP"].every((protocol) => rules.some((rule) => allowsPort(rule, 53, protocol))))
        return [];
      return [
        {
          message: "its policies let no question to DNS out: no name resolves",
          fix: "allow ports 53/UDP and 53/TCP to the pods k8s-app=kube-dns of kube-system",
        },
      ];
    }),
};
