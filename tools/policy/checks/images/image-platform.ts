import { parseImage } from "../../../model/image.ts";
import type { Check } from "../../check.ts";
import { textAt } from "../../fields.ts";
import { perContainer } from "../../pods.ts";

export const imagePlatform: Check = {
  code: "IMAGE_PLATFORM",
  severity: "error",
  title: "images are there for the processors that their pods ask for",
  tags: ["airgap/AG22"],
  run: (subject) => {
    const platforms = new Map(Object.values(subject.lock).map(({ digest, platforms: known }) => [digest, known]));
    return perContainer(subject, ({ image }, { spec }) => {
      const architecture = textAt(spec, "nodeSelector", "kubernetes.io/arch");
      const known = platforms.get(parseImage(image).digest ?? "") ?? [];
      if (architecture === "" || known.length === 0) return [];
      if (known.some((platform) => platform.split("/")[1] === architecture)) return [];
      return [
        {
          message: `${image} is there for ${known.join(", ")}, its pods run on ${architecture}`,
          fix: "build it for that processor, or correct nodeSelector",
        },
      ];
    });
  },
};
