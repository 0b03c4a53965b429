import { parseImage } from "../../../model/image.ts";
import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

/** What `latest` means changes without anybody's doing, and makes the kubelet pull at every start. */
export const imageTag: Check = {
  code: "IMAGE_TAG",
  severity: "error",
  title: "every image has an exact tag",
  tags: [
    "kube-linter/latest-tag",
    "kube-score/container-image-tag",
    "polaris/tagNotSpecified",
    "checkov/CKV_K8S_14",
    "trivy/KSV-0013",
    "kubescape/C-0075",
    "kyverno/disallow-latest-tag",
    "airgap/AG02",
  ],
  run: (subject) =>
    perContainer(subject, ({ image }) => {
      const { tag, digest } = parseImage(image);
      return [
        digest === null &&
          (tag === null || tag === "latest") && {
            message: `${image} has ${tag === null ? "no tag" : "the tag latest"}`,
            fix: "write the version that you tested",
          },
      ];
    }),
};
