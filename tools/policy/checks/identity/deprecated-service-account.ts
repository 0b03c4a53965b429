import type { Check } from "../../check.ts";
import { perPod } from "../../pods.ts";

export const deprecatedServiceAccount: Check = {
  code: "DEPRECATED_SERVICE_ACCOUNT",
  severity: "warning",
  title: "pods name their account by serviceAccountName",
  tags: ["kube-linter/deprecated-service-account-field", "kubescape/C-0294"],
  run: (subject) =>
    perPod(subject, ({ spec }) => [
      spec["serviceAccount"] !== undefined && {
        message: "it names its account by the deprecated field serviceAccount",
        fix: "write serviceAccountName",
      },
    ]),
};
