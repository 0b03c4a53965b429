import type { Check } from "../../check.ts";
import { perContainer } from "../../pods.ts";

export const sudo: Check = {
  code: "SUDO",
  severity: "error",
  title: "no command asks for another user's rights",
  tags: ["kubescape/C-0062"],
  run: (subject) =>
    perContainer(subject, ({ name, command, args }) => [
      [...command, ...args].some((word) => /(^|[\s;&|])(sudo|su|doas)\s/.test(`${word} `)) && {
        message: `container ${name} runs sudo`,
        fix: "run it as the user that may do it, or do it when the image is built",
      },
    ]),
};
