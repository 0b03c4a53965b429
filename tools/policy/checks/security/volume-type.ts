import type { Check } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

// hostPath is another check's.
const ALLOWED = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
  "hostPath",
];

export const volumeType: Check = {
  code: "VOLUME_TYPE",
  severity: "error",
  title: "volumes are of the kinds that Pod Security restricted knows",
  tags: ["trivy/KSV-0028", "pss/restricted/restrictedVolumes", "kyverno/restrict-volume-types", "airgap/AG11"],
  run: (subject) =>
    perPod(subject, ({ spec }) =>
      objectsAt(spec, "volumes").flatMap((volume) =>
        Object.keys(volume)
          .filter((key) => key !== "name" && !ALLOWED.includes(key))
          .map((key) => ({
            message: `the volume ${textAt(volume, "name")} is of the kind ${key}, which namespaces of the level restricted refuse`,
            fix: "use a claim: a StorageClass or a PersistentVolume names what is behind it",
          })),
      ),
    ),
};
