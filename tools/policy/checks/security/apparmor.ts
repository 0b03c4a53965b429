import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { effective, perContainer } from "../../pods.ts";

const ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";

/** None written means the runtime's own where the node has AppArmor: nothing need be said. */
export const apparmor: Check = {
  code: "APPARMOR",
  severity: "error",
  title: "no container is taken out of AppArmor",
  tags: [
    "trivy/KSV-0002",
    "pss/baseline/appArmorProfile",
    "polaris/linuxHardening",
    "nsa/1.9",
    "kyverno/restrict-apparmor-profiles",
  ],
  run: (subject) =>
    perContainer(subject, (container, pod) => {
      const annotated = pod.annotations[`${ANNOTATION}${container.name}`] ?? "";
      const type = textAt(effective(container, pod, "appArmorProfile"), "type");
      const isAllowed = /^(|runtime\/default|localhost\/.+)$/.test(annotated);
      return [
        (type === "Unconfined" || !isAllowed) && {
          message: `container ${container.name} runs outside of AppArmor`,
          fix: "remove the profile: the runtime's own holds by default",
        },
      ];
    }),
};
