import type { Check } from "../../check.ts";
import { effective, perContainer } from "../../pods.ts";

const LEAST = 10_000;

/** 0 is another check's. */
export const userId: Check = {
  code: "USER_ID",
  severity: "warning",
  title: "users and groups of containers are 10000 and above, so that none is also a user of the node",
  tags: [
    "kube-score/container-security-context-user-group-id",
    "checkov/CKV_K8S_40",
    "monokle/KBP104",
    "monokle/KBP105",
    "trivy/KSV-0020",
    "trivy/KSV-0021",
  ],
  run: (subject) =>
    perContainer(subject, (container, pod) => {
      const low = ["runAsUser", "runAsGroup"].flatMap((field) => {
        const id = effective(container, pod, field);
        return id === undefined || (typeof id === "number" && id > 0 && id < LEAST)
          ? [id === undefined ? `no ${field}` : `${field} ${String(id)}`]
          : [];
      });
      return [
        low.length > 0 && {
          message: `container ${container.name} has ${low.join(" and ")}`,
          fix: "leave the default (10001); where the image insists on its own user, add an exception that says so",
        },
      ];
    }),
};
