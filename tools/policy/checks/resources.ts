import { type Check, containers } from "../check.ts";

/** Without them one service can starve a node, and a ResourceQuota refuses the pod. */
export const resources: Check = {
  code: "RESOURCES",
  title: "every container says what it needs and what it may use",
  run: (subject) =>
    containers(subject).flatMap(({ object, container: { name, resources: written } }) => {
      const missing = (["requests", "limits"] as const).flatMap((side) =>
        ["cpu", "memory"]
          .filter((resource) => written?.[side]?.[resource] === undefined)
          .map((resource) => `${side}.${resource}`),
      );
      return missing.length === 0
        ? []
        : [{ object, message: `container ${name} says no ${missing.join(", ")}`, fix: "add them to resources" }];
    }),
};
