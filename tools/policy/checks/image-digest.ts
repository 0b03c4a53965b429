import { parseImage } from "../../model/image.ts";
import { type Check, containers } from "../check.ts";

/** A tag can be pushed again; a digest is what was tested. Asked of the profiles airgap and prod. */
export const imageDigest: Check = {
  code: "IMAGE_DIGEST",
  title: "airgap and prod run images by digest",
  tags: ["checkov/CKV_K8S_43"],
  run: (subject) => {
    if (subject.model.profile !== "airgap" && subject.model.profile !== "prod") return [];
    return containers(subject)
      .filter(({ container }) => parseImage(container.image).digest === null)
      .map(({ object, container }) => ({
        object,
        message: `${container.image} is not pinned by digest`,
        fix: "add its digest to images.lock.json, or an exception with a reason",
      }));
  },
};
