import type { Check } from "../../check.ts";
import { at, objectsAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

export const fsGroup: Check = {
  code: "FS_GROUP",
  severity: "warning",
  title: "pods with claims say which group owns the files, and change owners only where they must",
  tags: ["kubescape/C-0211", "trivy/KSV-0116"],
  run: (subject) =>
    perPod(subject, ({ object, spec }) => {
      const hasClaim =
        objectsAt(spec, "volumes").some((volume) => "persistentVolumeClaim" in volume) ||
        objectsAt(object.object, "spec", "volumeClaimTemplates").length > 0;
      if (!hasClaim) return [];
      return [
        at(spec, "securityContext", "fsGroup") === undefined && {
          message: "its pods have claims and no fsGroup: a new volume belongs to root, and they cannot write to it",
          fix: "leave securityContext.pod.fsGroup at its default",
        },
        at(spec, "securityContext", "fsGroupChangePolicy") !== "OnRootMismatch" && {
          message: "at each start the owner of every file of its volumes is set anew",
          fix: 'leave securityContext.pod.fsGroupChangePolicy at "OnRootMismatch"',
        },
      ];
    }),
};
