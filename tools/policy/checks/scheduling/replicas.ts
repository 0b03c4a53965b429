import { type Check, PINNED } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { perPod, replicasOf } from "../../pods.ts";

/** Recreate says that there can be only one, and a GPU is not there for the asking. */
export const replicas: Check = {
  code: "REPLICAS",
  severity: "warning",
  title: "what can run more than once does, in airgap and prod",
  tags: ["kube-linter/minimum-three-replicas", "kube-score/deployment-replicas", "polaris/deploymentMissingReplicas"],
  profiles: PINNED,
  run: (subject) =>
    perPod(subject, (pod) => [
      pod.kind === "Deployment" &&
        textAt(pod.object.object, "spec", "strategy", "type") !== "Recreate" &&
        !pod.containers.some(({ resources }) => Object.keys(resources.limits).some((name) => name.includes("/gpu"))) &&
        replicasOf(pod, subject, "least") === 1 && {
          message: "it runs once: a node that goes takes the service with it",
          fix: 'add "replicas": 2, or "strategy": {"type": "Recreate"} where there can be only one',
        },
    ]),
};
