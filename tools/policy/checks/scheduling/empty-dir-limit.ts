import type { Check } from "../../check.ts";
import { objectsAt, textAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

export const emptyDirLimit: Check = {
  code: "EMPTY_DIR_LIMIT",
  severity: "warning",
  title: "every emptyDir has a size",
  tags: ["kyverno/require-emptydir-requests-limits"],
  run: (subject) =>
    perPod(subject, ({ spec }) =>
      objectsAt(spec, "volumes")
        .filter((volume) => "emptyDir" in volume && textAt(volume, "emptyDir", "sizeLimit") === "")
        .map((volume) => ({
          message: `the volume ${textAt(volume, "name")} may fill the node`,
          fix: 'add "size"',
        })),
    ),
};
