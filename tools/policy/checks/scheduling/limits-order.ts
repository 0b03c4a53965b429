import { parseQuantity } from "../../../lib/quantity.ts";
import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

export const limitsOrder: Check = {
  code: "LIMITS_ORDER",
  severity: "error",
  title: "no container requests more than its limit",
  tags: ["kube-linter/schema-validation"],
  run: (subject) =>
    perContainer(subject, ({ name, resources: { requests, limits } }) =>
      Object.entries(requests).map(([resource, request]) => {
        const limit = limits[resource];
        return (
          limit !== undefined &&
          (parseQuantity(request) ?? 0) > (parseQuantity(limit) ?? Infinity) && {
            message: `container ${name} requests ${request} of ${resource} and may use ${limit}: the API refuses it`,
            fix: "raise the limit, or lower the request",
          }
        );
      }),
    ),
};
