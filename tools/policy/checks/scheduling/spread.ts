import type { Check } from "../../check.ts";
import { at, objectsAt, selects } from "../../fields.ts";
import { perPod, replicasOf } from "../../pods.ts";

const ANTI = ["preferredDuringSchedulingIgnoredDuringExecution", "requiredDuringSchedulingIgnoredDuringExecution"];

export const spread: Check = {
  code: "SPREAD",
  severity: "warning",
  title: "replicas stand on different nodes where there are several",
  tags: [
    "kube-linter/no-anti-affinity",
    "kube-score/deployment-has-host-podantiaffinity",
    "kube-score/statefulset-has-host-podantiaffinity",
    "kube-score/pod-topology-spread-constraints",
    "polaris/topologySpreadConstraint",
  ],
  run: (subject) =>
    perPod(subject, (pod) => {
      if (!["Deployment", "StatefulSet"].includes(pod.kind) || replicasOf(pod, subject, "most") < 2) return [];
      const spreads = objectsAt(pod.spec, "topologySpreadConstraints");
      const apart = ANTI.flatMap((when) => objectsAt(pod.spec, "affinity", "podAntiAffinity", when));
      const isSpread =
        spreads.some((one) => selects(one["labelSelector"], pod.labels)) ||
        apart.some((one) => selects(one["labelSelector"] ?? at(one, "podAffinityTerm", "labelSelector"), pod.labels));
      return [
        !isSpread && {
          message: "nothing keeps its replicas off the same node",
          fix: "add a topologySpreadConstraint over kubernetes.io/hostname that selects its own pods",
        },
      ];
    }),
};
