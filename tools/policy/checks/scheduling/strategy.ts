import type { Check } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { perPod, replicasOf } from "../../pods.ts";

/** A claim that only one node can mount forces it. */
export const strategy: Check = {
  code: "STRATEGY",
  severity: "warning",
  title: "Deployments that could be replaced pod by pod are",
  tags: ["kube-linter/no-rolling-update-strategy", "kube-score/deployment-strategy", "kubescape/C-0305"],
  run: (subject) =>
    perPod(subject, (pod) => [
      pod.kind === "Deployment" &&
        textAt(pod.object.object, "spec", "strategy", "type") === "Recreate" &&
        replicasOf(pod, subject, "most") > 1 &&
        !objectsAt(pod.spec, "volumes").some((volume) => "persistentVolumeClaim" in volume) && {
          message: "with Recreate all of its replicas stop before the first new one starts",
          fix: "leave strategy at its default, RollingUpdate",
        },
    ]),
};
