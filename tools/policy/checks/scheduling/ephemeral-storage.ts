import { parseQuantity } from "../../../lib/quantity.ts";
import type { Check } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

const RESOURCE = "ephemeral-storage";

/** Logs, what is written into the container, and every emptyDir on disk: what a full node evicts pods for. */
export const ephemeralStorage: Check = {
  code: "EPHEMERAL_STORAGE",
  severity: "warning",
  title: "containers say how much of the node's disk they use, enough for their emptyDirs",
  tags: ["kube-score/container-ephemeral-storage-request-and-limit", "kyverno/require-emptydir-requests-limits"],
  run: (subject) =>
    perPod(subject, ({ spec, containers }) => {
      const silent = containers.filter(
        ({ resources: { requests, limits } }) => !(RESOURCE in requests) || !(RESOURCE in limits),
      );
      const running = containers.filter(({ isInit }) => !isInit);
      const limit = running.reduce((sum, one) => sum + (parseQuantity(one.resources.limits[RESOURCE] ?? "0") ?? 0), 0);
      const needed = objectsAt(spec, "volumes")
        .filter((volume) => textAt(volume, "emptyDir", "medium") === "")
        .reduce((sum, volume) => sum + (parseQuantity(textAt(volume, "emptyDir", "sizeLimit")) ?? 0), 0);
      return [
        ...silent.map(({ name }) => ({
          message: `container ${name} does not say how much of the node's disk it uses`,
          fix: 'add "ephemeral-storage" to requests and limits',
        })),
        silent.length === 0 &&
          needed > limit && {
            message: `its emptyDirs may hold ${inMi(needed)}, but it is evicted at ${inMi(limit)} (ephemeral-storage)`,
            fix: "raise the limit of ephemeral-storage, or lower the sizes",
          },
      ];
    }),
};

function inMi(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)}Mi`;
}
