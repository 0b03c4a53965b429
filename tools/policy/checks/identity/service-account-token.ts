import { type Check, ofKind } from "../../check.ts";
import { perPod } from "../../pods.ts";

/** A pod that never asks the API has no use for a token; whoever breaks into it has. */
export const serviceAccountToken: Check = {
  code: "SERVICE_ACCOUNT_TOKEN",
  severity: "error",
  title: "no pod carries a token for the API, and each has its own account",
  tags: [
    "kube-linter/default-service-account",
    "polaris/automountServiceAccountToken",
    "checkov/CKV_K8S_38",
    "checkov/CKV_K8S_41",
    "trivy/KSV-0036",
    "kubescape/C-0020",
    "kubescape/C-0034",
    "kubescape/C-0053",
    "kubescape/C-0189",
    "kubescape/C-0190",
    "kubescape/C-0261",
    "cis/5.1.5",
    "cis/5.1.6",
    "nsa/1.11",
    "monokle/KBP106",
  ],
  run: (subject) => [
    ...perPod(subject, ({ spec }) => [
      (spec["automountServiceAccountToken"] !== false ||
        spec["serviceAccountName"] === undefined ||
        spec["serviceAccountName"] === "default") && {
        message: "its pods carry a token for the Kubernetes API, or share the default account",
        fix: "use an account of its own, without a token",
      },
    ]),
    ...ofKind(subject, "ServiceAccount")
      .filter(({ object }) => object["automountServiceAccountToken"] !== false)
      .map((object) => ({
        object,
        message: "this account gives its pods a token",
        fix: "set automountServiceAccountToken to false",
      })),
  ],
};
