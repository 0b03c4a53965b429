import type { Check } from "../../check.ts";
import { objectsAt, textAt, textsAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

export const hostAliases: Check = {
  code: "HOST_ALIASES",
  severity: "warning",
  title: "no pod has a host file of its own",
  tags: ["trivy/KSV-0007", "airgap/AG16"],
  run: (subject) =>
    perPod(subject, ({ spec }) =>
      objectsAt(spec, "hostAliases").map((alias) => ({
        message: `it maps ${textsAt(alias, "hostnames").join(", ")} to ${textAt(alias, "ip")}: nobody else sees that`,
        fix: "name the host in DNS, or give it a Service",
      })),
    ),
};
