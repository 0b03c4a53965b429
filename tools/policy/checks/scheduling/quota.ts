import { parseQuantity } from "../../../lib/quantity.ts";
import { type Check, ofKind } from "../../check.ts";
import { namespaceOf, textMapAt } from "../../fields.ts";
import { usageOf } from "../../usage.ts";

/** Pods above a quota are refused one by one, by the ReplicaSet, where nobody looks. */
export const quota: Check = {
  code: "QUOTA",
  severity: "error",
  title: "all pods of a namespace fit into its quota at once, jobs and updates included",
  tags: ["airgap/AG17"],
  run: (subject) =>
    ofKind(subject, "ResourceQuota").flatMap((object) =>
      Object.entries(textMapAt(object.object, "spec", "hard")).flatMap(([resource, hard]) => {
        const used = usageOf(subject, namespaceOf(object), resource);
        if (used === null || used <= (parseQuantity(hard) ?? Infinity) * (1 + Number.EPSILON * 8)) return [];
        return [
          {
            object,
            message: `its pods may need ${amount(used, resource)} of ${resource}, and it allows ${hard}`,
            fix: "raise the quota, or lower requests, replicas or maxSurge",
          },
        ];
      }),
    ),
};

function amount(used: number, resource: string): string {
  return /memory|storage/.test(resource) ? `${Math.ceil(used / 2 ** 20)}Mi` : String(Math.round(used * 1000) / 1000);
}
