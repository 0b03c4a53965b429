import { AIRGAP, type Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

export const imagePullAlways: Check = {
  code: "IMAGE_PULL_ALWAYS",
  severity: "warning",
  title: "in airgap a pod starts although the registry is down, where its image is there",
  tags: ["airgap/AG20"],
  profiles: AIRGAP,
  run: (subject) =>
    perContainer(subject, ({ name, written }) => [
      written["imagePullPolicy"] === "Always" && {
        message: `container ${name} starts only while the registry answers, even on a node that has its image`,
        fix: "leave imagePullPolicy at IfNotPresent",
      },
    ]),
};
