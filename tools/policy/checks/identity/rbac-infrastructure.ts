import type { Check } from "../../check.ts";
import { grants, perRole } from "../../rbac.ts";

export const rbacInfrastructure: Check = {
  code: "RBAC_INFRASTRUCTURE",
  severity: "error",
  title: "no role reaches into nodes, volumes or certificates of the cluster",
  tags: [
    "trivy/KSV-0047",
    "trivy/KSV-0049",
    "trivy/KSV-0056",
    "trivy/KSV-0115",
    "kubescape/C-0037",
    "kubescape/C-0278",
    "kubescape/C-0279",
    "kubescape/C-0280",
    "cis/5.1.9",
    "cis/5.1.10",
    "cis/5.1.11",
  ],
  run: (subject) =>
    perRole(
      subject,
      (rule, kind) => {
        const found =
          grants(rule, "", ["nodes/proxy"], ["get", "create"]) ??
          grants(rule, "", ["nodes"], ["create", "update", "patch", "delete"]) ??
          grants(rule, "", ["persistentvolumes"], ["create"]) ??
          grants(rule, "networking.k8s.io", ["networkpolicies"], ["create", "update", "patch", "delete"]) ??
          grants(rule, "certificates.k8s.io", ["certificatesigningrequests/approval"], ["update", "patch"]);
        const dns = kind === "ClusterRole" ? grants(rule, "", ["configmaps"], ["update", "patch"]) : null;
        return (found ?? dns) === null
          ? null
          : `it grants ${found ?? `${dns} in every namespace, the cluster's DNS too`}`;
      },
      "leave it to the cluster's operators",
    ),
};
