import type { Check } from "../../check.ts";
import { type SourceProblem, perSource } from "../../dockerfiles.ts";

export const requirementPin: Check = {
  code: "REQUIREMENT_PIN",
  severity: "warning",
  title: "requirements files name exact versions",
  tags: ["hadolint/DL3013"],
  run: (subject) =>
    perSource(subject, ({ context }) =>
      context.files
        .filter(({ path, text, isIgnored }) => text !== null && !isIgnored && /requirements[^/]*\.txt$/.test(path))
        .flatMap(({ path, text }): SourceProblem[] => {
          const lines = (text ?? "").replaceAll(/\\\n/g, " ").split("\n");
          const loose = lines.map((line) => line.replace(/(^|\s)#.*$/, "").trim()).filter(isLoose);
          if (loose.length === 0) return [];
          const first = (text ?? "").split("\n").findIndex((line) => line.trim().startsWith(loose[0] ?? ""));
          return [
            {
              file: path,
              line: first + 1,
              message: `${loose.length === 1 ? "one package has" : `${loose.length} packages have`} no exact version: ${loose.slice(0, 5).join(", ")}${loose.length > 5 ? ", …" : ""}`,
              fix: "write name==version (pip freeze, pip-compile and uv pip compile do)",
            },
          ];
        }),
    ),
};

/** A package by name that does not say `==`; options, URLs and included files are none. */
function isLoose(line: string): boolean {
  return /^[A-Za-z0-9]/.test(line) && !/===?|\s@\s|:\/\//.test(line);
}
