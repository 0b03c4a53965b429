import { type Check, ofKind } from "../../check.ts";
import { isEmptySelector, namespaceOf, objectAt, selects, textsAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

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
    const both = ofKind(subject, "NetworkPolicy")
      .filter(({ object }) =>
        ["Ingress", "Egress"].every((type) => textsAt(object, "spec", "policyTypes").includes(type)),
      )
      .map((policy) => ({ namespace: namespaceOf(policy), selector: objectAt(policy.object, "spec", "podSelector") }));
    const denied = new Set(both.filter((one) => isEmptySelector(one.selector)).map(({ namespace }) => namespace));
    return [
      ...ofKind(subject, "Namespace")
        .filter(({ object }) => !denied.has(object.metadata.name))
        .map((object) => ({
          object,
          message: "nothing denies traffic here by default",
          fix: "add a NetworkPolicy that selects every pod and allows nothing",
        })),
      ...perPod(subject, ({ namespace, labels }) => [
        !both.some(
          (one) => one.namespace === namespace && !isEmptySelector(one.selector) && selects(one.selector, labels),
        ) && { message: "no policy of its own selects its pods", fix: "add one for both directions" },
      ]),
    ];
  },
};
