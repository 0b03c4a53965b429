import type { Check } from "../../check.ts";
import { textsAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

const FIX = "listen above port 1024 instead of NET_BIND_SERVICE; leave capabilities.drop at [ALL]";

export const capabilities: Check = {
  code: "CAPABILITIES",
  severity: "error",
  title: "every container drops all capabilities and adds none",
  tags: [
    "kube-linter/drop-net-raw-capability",
    "polaris/insecureCapabilities",
    "polaris/dangerousCapabilities",
    "checkov/CKV_K8S_25",
    "checkov/CKV_K8S_28",
    "checkov/CKV_K8S_37",
    "checkov/CKV_K8S_39",
    "trivy/KSV-0003",
    "trivy/KSV-0004",
    "trivy/KSV-0005",
    "trivy/KSV-0022",
    "trivy/KSV-0106",
    "trivy/KSV-0119",
    "trivy/KSV-0120",
    "kubescape/C-0046",
    "pss/baseline/capabilities",
    "pss/restricted/capabilities",
    "cis/5.2.8",
    "cis/5.2.9",
    "kyverno/require-drop-all",
    "kyverno/require-drop-cap-net-raw",
    "kyverno/disallow-capabilities",
    "kyverno/disallow-capabilities-strict",
  ],
  run: (subject) =>
    perContainer(subject, ({ name, securityContext }) => {
      const add = textsAt(securityContext, "capabilities", "add");
      const drop = textsAt(securityContext, "capabilities", "drop");
      return [
        add.length > 0 && { message: `container ${name} adds the capabilities ${add.join(", ")}`, fix: FIX },
        add.length === 0 &&
          !drop.includes("ALL") && { message: `container ${name} keeps the default capabilities`, fix: FIX },
      ];
    }),
};
