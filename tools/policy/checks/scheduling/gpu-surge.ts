import type { Check } from "../../check.ts";
import { at, textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

export const gpuSurge: Check = {
  code: "GPU_SURGE",
  severity: "warning",
  title: "a new version of a GPU service does not wait for a GPU that the old one holds",
  tags: ["airgap/AG17"],
  run: (subject) =>
    perPod(subject, ({ kind, object, containers }) => {
      const hasGpu = containers.some(({ resources }) =>
        Object.entries(resources.limits).some(([name, amount]) => name.endsWith("/gpu") && amount !== "0"),
      );
      const surge = at(object.object, "spec", "strategy", "rollingUpdate", "maxSurge") ?? "25%";
      const isRolling = textAt(object.object, "spec", "strategy", "type") !== "Recreate";
      return [
        kind === "Deployment" &&
          hasGpu &&
          isRolling &&
          surge !== 0 &&
          surge !== "0%" && {
            message: "an update starts one pod more than there are GPUs reserved for, and may wait for ever",
            fix: 'add "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 0, "maxUnavailable": 1}}',
          },
      ];
    }),
};
