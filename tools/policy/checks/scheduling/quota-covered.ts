import { type Check, ofKind } from "../../check.ts";
import { objectsAt, textMapAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

/** A namespace whose quota counts a resource refuses pods that do not mention it, unless a LimitRange does for them. */
export const quotaCovered: Check = {
  code: "QUOTA_COVERED",
  severity: "error",
  title: "where a quota counts a resource, every container says how much it wants",
  tags: [],
  run: (subject) =>
    perContainer(subject, ({ name, resources }, { namespace }) => {
      const inNamespace = (kind: string) =>
        ofKind(subject, kind).filter(({ object }) => object.metadata.namespace === namespace);
      const ranges = inNamespace("LimitRange").flatMap(({ object }) => objectsAt(object, "spec", "limits"));
      const counted = inNamespace("ResourceQuota").flatMap(({ object }) =>
        Object.keys(textMapAt(object, "spec", "hard")),
      );
      return counted
        .filter((resource) => {
          const [, side, what = ""] = /^(requests|limits)\.(cpu|memory|ephemeral-storage)$/.exec(resource) ?? [];
          if (side === undefined || what in resources[side as "requests" | "limits"]) return false;
          if (side === "requests" && what in resources.limits) return false;
          const defaults = side === "requests" ? ["defaultRequest", "default"] : ["default"];
          return !ranges.some((range) => defaults.some((field) => what in textMapAt(range, field)));
        })
        .map((resource) => ({
          message: `container ${name} says no ${resource}, which the namespace's quota counts: its pods are refused`,
          fix: "add it to resources, or give the namespace a limitRange",
        }));
    }),
};
