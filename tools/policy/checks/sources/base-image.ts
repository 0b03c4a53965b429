import { parseImage } from "../../../model/image.ts";
import type { Check } from "../../check.ts";
import { perSource, standsOnImage } from "../../dockerfiles.ts";

export const baseImage: Check = {
  code: "BASE_IMAGE",
  severity: "error",
  title: "images are built on an exact version",
  tags: ["checkov/CKV_DOCKER_7", "trivy/DS-0001", "hadolint/DL3006", "hadolint/DL3007", "airgap/AG02"],
  run: (subject) =>
    perSource(subject, (source) =>
      source.stages
        .filter((stage) => standsOnImage(stage, source) && !stage.base.includes("$"))
        .filter(({ base }) => {
          const { tag, digest } = parseImage(base);
          return digest === null && (tag === null || tag === "latest");
        })
        .map(({ base, from }) => ({
          line: from.firstLine,
          message: `FROM ${base} is another image tomorrow`,
          fix: "write the version that you tested, or its digest",
        })),
    ),
};
