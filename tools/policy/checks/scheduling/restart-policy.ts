import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { isBatch, perPod } from "../../pods.ts";

export const restartPolicy: Check = {
  code: "RESTART_POLICY",
  severity: "error",
  title: "jobs say whether a failed container is started again",
  tags: ["kube-linter/restart-policy", "kube-score/cronjob-restartpolicy"],
  run: (subject) =>
    perPod(subject, (pod) => [
      isBatch(pod) &&
        !["Never", "OnFailure"].includes(textAt(pod.spec, "restartPolicy")) && {
          message: "the API refuses a job whose pods are restarted for ever",
          fix: "set restartPolicy to Never or OnFailure",
        },
    ]),
};
