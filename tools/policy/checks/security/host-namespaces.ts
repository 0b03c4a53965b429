import type { Check } from "../../check.ts";
import { perPod } from "../../pods.ts";

const WHAT: Readonly<Record<string, string>> = {
  hostPID: "sees every process of the node",
  hostIPC: "shares memory with programs of the node",
  hostNetwork: "uses the node's network: no policy holds for it",
  shareProcessNamespace: "lets its containers see and signal each other's processes",
};

export const hostNamespaces: Check = {
  code: "HOST_NAMESPACES",
  severity: "error",
  title: "no pod shares namespaces with the node, and no container with its neighbour",
  tags: [
    "kube-linter/host-pid",
    "kube-linter/host-ipc",
    "kube-linter/host-network",
    "polaris/hostPIDSet",
    "polaris/hostIPCSet",
    "polaris/hostNetworkSet",
    "checkov/CKV_K8S_17",
    "checkov/CKV_K8S_18",
    "checkov/CKV_K8S_19",
    "trivy/KSV-0008",
    "trivy/KSV-0009",
    "trivy/KSV-0010",
    "kubescape/C-0038",
    "kubescape/C-0041",
    "kubescape/C-0275",
    "kubescape/C-0276",
    "pss/baseline/hostNamespaces",
    "cis/5.2.3",
    "cis/5.2.4",
    "cis/5.2.5",
    "nsa/1.3",
    "nsa/1.4",
    "nsa/1.5",
    "stig/V-254569",
    "kyverno/disallow-host-namespaces",
  ],
  run: (subject) =>
    perPod(subject, ({ spec }) =>
      Object.entries(WHAT).map(
        ([field, does]) => spec[field] === true && { message: `with ${field} it ${does}`, fix: `remove ${field}` },
      ),
    ),
};
