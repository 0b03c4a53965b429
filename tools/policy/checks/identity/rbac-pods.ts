import type { Check } from "../../check.ts";
import { grants, perRole } from "../../rbac.ts";

const WORKLOADS = ["deployments", "statefulsets", "daemonsets", "replicasets"];

/** Whoever makes pods, or enters them, is every account and every Secret of the namespace. */
export const rbacPods: Check = {
  code: "RBAC_PODS",
  severity: "error",
  title: "no role makes pods or enters them",
  tags: [
    "kube-linter/access-to-create-pods",
    "polaris/rolePodExecAttach",
    "polaris/clusterrolePodExecAttach",
    "polaris/rolebindingRolePodExecAttach",
    "polaris/rolebindingClusterRolePodExecAttach",
    "polaris/clusterrolebindingPodExecAttach",
    "trivy/KSV-0048",
    "trivy/KSV-0053",
    "trivy/KSV-0054",
    "kubescape/C-0002",
    "kubescape/C-0063",
    "kubescape/C-0188",
    "cis/5.1.4",
  ],
  run: (subject) =>
    perRole(
      subject,
      (rule) => {
        const makes = ["create", "update", "patch"];
        const found =
          grants(rule, "", ["pods/exec", "pods/attach", "pods/portforward"], ["create", "get"]) ??
          grants(rule, "", ["pods", "replicationcontrollers", "pods/ephemeralcontainers"], makes) ??
          grants(rule, "apps", WORKLOADS, makes) ??
          grants(rule, "batch", ["jobs", "cronjobs"], makes);
        return found === null ? null : `it grants ${found}: any image, any account, any Secret of the namespace`;
      },
      "leave it to whoever deploys; a program that must make pods gets an exception and a namespace of its own",
    ),
};
