import type { Check } from "../../check.ts";
import { lineOf, perSource } from "../../dockerfiles.ts";

export const addUrl: Check = {
  code: "ADD_URL",
  severity: "error",
  title: "nothing is added to an image from a URL without its checksum",
  tags: ["checkov/CKV_DOCKER_4", "hadolint/DL3020", "airgap/AG05"],
  run: (subject) =>
    perSource(subject, (source) =>
      source.context.instructions
        .filter(({ keyword, text }) => keyword === "ADD" && !text.includes("--checksum="))
        .flatMap((instruction) =>
          [...instruction.text.matchAll(/\s((?:https?|git|ssh):\/\/\S+|git@\S+)/g)].map(([, url = ""]) => ({
            line: lineOf(source, instruction, url),
            message: `ADD ${url} is whatever the other side sends today`,
            fix: "fetch it before the build and COPY it, or add --checksum=sha256:…",
          })),
        ),
    ),
};
