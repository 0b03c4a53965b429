import { hostOf } from "../../../model/image.ts";
import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

export const deprecatedRegistry: Check = {
  code: "DEPRECATED_REGISTRY",
  severity: "error",
  title: "no image comes from a registry that was closed",
  tags: ["kubescape/C-0253"],
  run: (subject) =>
    perContainer(subject, ({ image }) => [
      hostOf(image) === "k8s.gcr.io" && {
        message: `${image} comes from k8s.gcr.io, which gets nothing new since April 2023`,
        fix: "write registry.k8s.io",
      },
    ]),
};
