import { type Check, ofKind } from "../../check.ts";

export const nakedPod: Check = {
  code: "NAKED_POD",
  severity: "error",
  title: "every pod is made by a workload that makes it again",
  tags: ["kubescape/C-0073"],
  run: (subject) =>
    ofKind(subject, "Pod").map((object) => ({
      object,
      message: "nothing starts it again when its node goes, and the API refuses most changes of it",
      fix: "write a Deployment, or a Job for what runs once",
    })),
};
