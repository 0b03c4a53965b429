import { parseQuantity } from "../../../lib/quantity.ts";
import type { Check } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

/** What is written to an emptyDir in memory counts as the container's own memory: full, it gets the program killed. */
export const memoryVolume: Check = {
  code: "MEMORY_VOLUME",
  severity: "error",
  title: "emptyDirs in memory fit into the memory limit",
  tags: ["airgap/AG17"],
  run: (subject) =>
    perContainer(subject, ({ name, volumeMounts, resources }, { spec }) => {
      const limit = parseQuantity(resources.limits["memory"] ?? "") ?? Infinity;
      return objectsAt(spec, "volumes")
        .filter((volume) => textAt(volume, "emptyDir", "medium") === "Memory")
        .filter((volume) => volumeMounts.some((mount) => textAt(mount, "name") === textAt(volume, "name")))
        .filter((volume) => (parseQuantity(textAt(volume, "emptyDir", "sizeLimit")) ?? 0) >= limit)
        .map((volume) => ({
          message: `the volume ${textAt(volume, "name")} (${textAt(volume, "emptyDir", "sizeLimit")}, in memory) does not fit into the memory limit of container ${name}, ${resources.limits["memory"]}`,
          fix: "raise limits.memory above it, or lower its size (gpu.shmSize)",
        }));
    }),
};
