import { type Check, DEPLOYED } from "../../check.ts";
import { perContainer } from "../../pods.ts";

/** IfNotPresent is right for tags that do not move; Always is right too, and asks the registry at every start. */
export const imagePullPolicy: Check = {
  code: "IMAGE_PULL_POLICY",
  severity: "error",
  title: "nodes may fetch an image that they lack",
  tags: ["airgap/AG20"],
  profiles: DEPLOYED,
  run: (subject) =>
    perContainer(subject, ({ name, written }) => [
      written["imagePullPolicy"] === "Never" && {
        message: `container ${name} starts only on nodes that already have its image`,
        fix: "leave imagePullPolicy at IfNotPresent",
      },
    ]),
};
