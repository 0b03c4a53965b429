import type { Check } from "../../check.ts";
import { perSource } from "../../dockerfiles.ts";

export const envFile: Check = {
  code: "ENV_FILE",
  severity: "error",
  title: "no .env file is sent to the build",
  tags: ["airgap/AG14"],
  run: (subject) =>
    perSource(subject, ({ context }) =>
      context.files
        .filter(({ path, isIgnored, type }) => !isIgnored && type === "file" && /(^|\/)\.env(\.[\w-]+)?$/.test(path))
        .filter(({ path }) => !/\.(example|sample|template|dist|defaults)$/.test(path))
        .map(({ path }) => ({
          file: path,
          line: 0,
          message: "COPY . takes it into the image, with whatever it holds",
          fix: "add .env* to .dockerignore",
        })),
    ),
};
