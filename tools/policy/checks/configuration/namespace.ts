import { type Check, ofKind } from "../../check.ts";
import { namespaceOf } from "../../fields.ts";

const SYSTEM = ["default", "kube-system", "kube-public", "kube-node-lease"];
// Kinds that live in no namespace; what is not listed and names none is taken for one of these.
const NAMESPACED = [
  "ConfigMap",
  "CronJob",
  "DaemonSet",
  "Deployment",
  "HorizontalPodAutoscaler",
  "Ingress",
  "Job",
  "LimitRange",
  "NetworkPolicy",
  "PersistentVolumeClaim",
  "Pod",
  "PodDisruptionBudget",
  "ReplicaSet",
  "ResourceQuota",
  "Role",
  "RoleBinding",
  "Secret",
  "Service",
  "ServiceAccount",
  "StatefulSet",
];

export const namespace: Check = {
  code: "NAMESPACE",
  severity: "error",
  title: "every object names a namespace, and none of the system's",
  tags: [
    "kube-linter/use-namespace",
    "checkov/CKV_K8S_21",
    "trivy/KSV-0037",
    "trivy/KSV-0110",
    "kubescape/C-0061",
    "kubescape/C-0212",
    "cis/5.6.1",
    "cis/5.6.4",
    "nsa/1.12",
    "stig/V-242383",
    "stig/V-242417",
    "stig/V-254570",
    "kyverno/disallow-default-namespace",
  ],
  run: (subject) => [
    ...subject.placed
      .filter((one) => SYSTEM.includes(namespaceOf(one)))
      .map((object) => ({
        object,
        message: `it lies in the namespace ${namespaceOf(object)}, which is the system's`,
        fix: "give it a namespace of the platform",
      })),
    ...ofKind(subject, ...NAMESPACED)
      .filter((one) => namespaceOf(one) === "")
      .map((object) => ({
        object,
        message: "it names no namespace: where it goes depends on who applies it",
        fix: "add metadata.namespace",
      })),
  ],
};
