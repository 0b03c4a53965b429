import type { Check } from "../../check.ts";

/** Group/version, what it is for (every kind, where none is named), and the release that no longer serves it. */
const REMOVED: readonly (readonly [apiVersion: string, kinds: readonly string[], release: string])[] = [
  ["extensions/v1beta1", [], "1.22"],
  ["apps/v1beta1", [], "1.16"],
  ["apps/v1beta2", [], "1.16"],
  ["networking.k8s.io/v1beta1", ["Ingress", "IngressClass"], "1.22"],
  ["rbac.authorization.k8s.io/v1beta1", [], "1.22"],
  ["rbac.authorization.k8s.io/v1alpha1", [], "1.22"],
  ["apiextensions.k8s.io/v1beta1", [], "1.22"],
  ["admissionregistration.k8s.io/v1beta1", ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"], "1.22"],
  ["scheduling.k8s.io/v1beta1", [], "1.22"],
  ["storage.k8s.io/v1beta1", ["StorageClass", "CSIDriver", "CSINode", "VolumeAttachment"], "1.22"],
  ["coordination.k8s.io/v1beta1", ["Lease"], "1.22"],
  ["batch/v1beta1", ["CronJob"], "1.25"],
  ["policy/v1beta1", [], "1.25"],
  ["discovery.k8s.io/v1beta1", [], "1.25"],
  ["autoscaling/v2beta1", [], "1.25"],
  ["autoscaling/v2beta2", [], "1.26"],
  ["flowcontrol.apiserver.k8s.io/v1beta2", [], "1.29"],
  ["flowcontrol.apiserver.k8s.io/v1beta3", [], "1.32"],
];

/** https://kubernetes.io/docs/reference/using-api/deprecation-guide/ */
export const apiVersion: Check = {
  code: "API_VERSION",
  severity: "error",
  title: "no object is of an API version that is gone",
  tags: [
    "kube-linter/no-extensions-v1beta",
    "kube-score/stable-version",
    "trivy/KSV-0107",
    "kyverno/check-deprecated-apis",
  ],
  run: ({ placed }) =>
    placed.flatMap((object) => {
      const { apiVersion: written, kind } = object.object;
      const gone = REMOVED.find(
        ([version, kinds]) => version === written && (kinds.length === 0 || kinds.includes(kind)),
      );
      if (!gone) return [];
      return [
        {
          object,
          message: `Kubernetes ${gone[2]} and later know no ${kind} of ${written}`,
          fix: "write the version that replaced it: kubectl explain names it",
        },
      ];
    }),
};
