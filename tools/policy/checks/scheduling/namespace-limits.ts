import { type Check, PINNED, ofKind } from "../../check.ts";
import { namespaceOf, objectsAt, textMapAt } from "../../fields.ts";
import { pods } from "../../pods.ts";

const COUNTED = ["requests.cpu", "requests.memory", "limits.cpu", "limits.memory"];

export const namespaceLimits: Check = {
  code: "NAMESPACE_LIMITS",
  severity: "warning",
  title: "namespaces with pods have a ResourceQuota and a LimitRange, in airgap and prod",
  tags: ["trivy/KSV-0039", "trivy/KSV-0040", "nsa/4.0", "nsa/4.1", "kyverno/add-ns-quota"],
  profiles: PINNED,
  run: (subject) => {
    const busy = new Set(pods(subject).map(({ namespace }) => namespace));
    const counted = ofKind(subject, "ResourceQuota")
      .filter(({ object }) => COUNTED.every((name) => name in textMapAt(object, "spec", "hard")))
      .map(namespaceOf);
    const ranged = ofKind(subject, "LimitRange")
      .filter(({ object }) => objectsAt(object, "spec", "limits").some((one) => one["type"] === "Container"))
      .map(namespaceOf);
    return ofKind(subject, "Namespace")
      .filter(({ object }) => busy.has(object.metadata.name))
      .flatMap((object) => {
        const { name } = object.object.metadata;
        const missing = [
          ...(counted.includes(name) ? [] : ["ResourceQuota"]),
          ...(ranged.includes(name) ? [] : ["LimitRange"]),
        ];
        if (missing.length === 0) return [];
        return [
          {
            object,
            message: `it has no ${missing.join(" and no ")} for CPU and memory: one service can take the cluster`,
            fix: 'add "resourceQuota" and "limitRange" to the namespace',
          },
        ];
      });
  },
};
