import { type Check, ofKind } from "../../check.ts";
import { isEmptySelector, namespaceOf, objectAt, textsAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";
import { policiesFor } from "../../policies.ts";
import type { Placed } from "../../../render/render.ts";

/** Each namespace denies by default, and each pod is allowed what is declared for it. */
export const networkPolicy: Check = {
  code: "NETWORK_POLICY",
  severity: "error",
  title: "every namespace denies by default, and every pod has a policy of its own in both directions",
  tags: [
    "kube-linter/non-isolated-pod",
    "kube-score/pod-networkpolicy",
    "polaris/missingNetworkPolicy",
    "checkov/CKV2_K8S_6",
    "trivy/KSV-0038",
    "kubescape/C-0030",
    "kubescape/C-0049",
    "kubescape/C-0054",
    "kubescape/C-0206",
    "kubescape/C-0260",
    "cis/5.3.2",
    "nsa/2.0",
    "kyverno/add-network-policy",
    "airgap/AG09",
  ],
  run: (subject) => {
    const denied = new Set(
      ofKind(subject, "NetworkPolicy")
        .filter((policy) => isBoth(policy) && !isOwn(policy))
        .map(namespaceOf),
    );
    return [
      ...ofKind(subject, "Namespace")
        .filter(({ object }) => !denied.has(object.metadata.name))
        .map((object) => ({
          object,
          message: "nothing denies traffic here by default",
          fix: "add a NetworkPolicy that selects every pod and allows nothing",
        })),
      ...perPod(subject, (pod) => [
        !policiesFor(subject, pod).some((policy) => isBoth(policy) && isOwn(policy)) && {
          message: "no policy of its own selects its pods",
          fix: "add one for both directions",
        },
      ]),
    ];
  },
};

function isBoth({ object }: Placed): boolean {
  const types = textsAt(object, "spec", "policyTypes");
  return types.includes("Ingress") && types.includes("Egress");
}

/** Of some pods, not of all. */
function isOwn({ object }: Placed): boolean {
  return !isEmptySelector(objectAt(object, "spec", "podSelector"));
}
