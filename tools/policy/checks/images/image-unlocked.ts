import { parseImage } from "../../../model/image.ts";
import { type Check, PINNED } from "../../check.ts";
import { perContainer } from "../../pods.ts";

/** The lock is what is carried, signed and listed: a digest that stands elsewhere is missing there. */
export const imageUnlocked: Check = {
  code: "IMAGE_UNLOCKED",
  severity: "warning",
  title: "every digest that airgap and prod run is one of images.lock.json",
  tags: ["airgap/AG03"],
  profiles: PINNED,
  run: (subject) => {
    const locked = new Set(Object.values(subject.lock).map(({ digest }) => digest));
    return perContainer(subject, ({ image }) => {
      const { digest } = parseImage(image);
      return [
        digest !== null &&
          !locked.has(digest) && {
            message: `images.lock.json does not know ${image}`,
            fix: "write its tag in services.json, and its digest into the lock",
          },
      ];
    });
  },
};
