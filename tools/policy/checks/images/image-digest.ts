import { parseImage } from "../../../model/image.ts";
import { type Check, PINNED } from "../../check.ts";
import { perContainer } from "../../pods.ts";

/** A tag can be pushed again; a digest is what was tested. */
export const imageDigest: Check = {
  code: "IMAGE_DIGEST",
  severity: "error",
  title: "airgap and prod run images by digest",
  tags: [
    "checkov/CKV_K8S_43",
    "kubescape/C-0306",
    "kyverno/require-image-checksum",
    "zarf/unpinned-image",
    "airgap/AG02",
  ],
  profiles: PINNED,
  run: (subject) =>
    perContainer(subject, ({ image }) => [
      !/^sha256:[0-9a-f]{64}$/.test(parseImage(image).digest ?? "") && {
        message: `${image} is not pinned by digest`,
        fix: "add its digest to images.lock.json, or an exception with a reason",
      },
    ]),
};
