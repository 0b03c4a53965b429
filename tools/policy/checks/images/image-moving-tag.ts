import { parseImage } from "../../../model/image.ts";
import { type Check, DEPLOYED } from "../../check.ts";
import { perContainer } from "../../pods.ts";

// `latest` is another check's.
const MOVING = [
  "main",
  "master",
  "dev",
  "develop",
  "nightly",
  "edge",
  "stable",
  "rolling",
  "canary",
  "head",
  "snapshot",
];

export const imageMovingTag: Check = {
  code: "IMAGE_MOVING_TAG",
  severity: "error",
  title: "no image is named by a tag that is made to move",
  tags: ["airgap/AG02"],
  profiles: DEPLOYED,
  run: (subject) =>
    perContainer(subject, ({ image }) => {
      const { tag, digest } = parseImage(image);
      return [
        digest === null &&
          MOVING.includes((tag ?? "").toLowerCase()) && {
            message: `${image} is another image tomorrow`,
            fix: "write the version that you tested",
          },
      ];
    }),
};
