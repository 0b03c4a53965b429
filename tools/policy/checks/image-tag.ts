import { parseImage } from "../../model/image.ts";
import { type Check, containers } from "../check.ts";

/** What `latest` means changes without anybody's doing, and makes the kubelet pull at every start. */
export const imageTag: Check = {
  code: "IMAGE_TAG",
  title: "every image has an exact tag",
  run: (subject) =>
    containers(subject).flatMap(({ object, container: { image } }) => {
      const { tag, digest } = parseImage(image);
      if (digest !== null || (tag !== null && tag !== "latest")) return [];
      return [
        {
          object,
          message: `${image} has ${tag === null ? "no tag" : "the tag latest"}`,
          fix: "write the version that you tested",
        },
      ];
    }),
};
