import type { Check } from "../../check.ts";
import { perSource } from "../../dockerfiles.ts";

export const dockerfileMissing: Check = {
  code: "DOCKERFILE_MISSING",
  severity: "error",
  title: "a build context that is there has its Dockerfile",
  tags: [],
  run: (subject) =>
    perSource(subject, ({ context }) =>
      context.lines === null
        ? [{ line: 0, message: "there is no such Dockerfile", fix: 'write it, or correct "build"' }]
        : [],
    ),
};
