import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

/** Without them one service can starve a node, and a ResourceQuota refuses the pod. */
export const resources: Check = {
  code: "RESOURCES",
  severity: "error",
  title: "every container says what it needs and what it may use",
  tags: [
    "kube-linter/unset-cpu-requirements",
    "kube-linter/unset-memory-requirements",
    "kube-score/container-resources",
    "polaris/cpuRequestsMissing",
    "polaris/cpuLimitsMissing",
    "polaris/memoryRequestsMissing",
    "polaris/memoryLimitsMissing",
    "checkov/CKV_K8S_10",
    "checkov/CKV_K8S_11",
    "checkov/CKV_K8S_12",
    "checkov/CKV_K8S_13",
    "trivy/KSV-0011",
    "trivy/KSV-0015",
    "trivy/KSV-0016",
    "trivy/KSV-0018",
    "kubescape/C-0268",
    "kubescape/C-0269",
    "kubescape/C-0270",
    "kubescape/C-0271",
    "kyverno/require-pod-requests-limits",
  ],
  run: (subject) =>
    perContainer(subject, ({ name, resources: written }) => {
      const missing = (["requests", "limits"] as const).flatMap((side) =>
        ["cpu", "memory"]
          .filter((resource) => written[side][resource] === undefined)
          .map((resource) => `${side}.${resource}`),
      );
      return [
        missing.length > 0 && {
          message: `container ${name} says no ${missing.join(", ")}`,
          fix: "add them to resources",
        },
      ];
    }),
};
