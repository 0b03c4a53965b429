import type { Check } from "../../check.ts";
import { type BuiltFrom, type SourceProblem, perSource, startOf, startScripts } from "../../dockerfiles.ts";
import { commandWords } from "../../../sources/dockerfile.ts";

export const startScript: Check = {
  code: "START_SCRIPT",
  severity: "error",
  title: "the script that an image starts can be executed, and ends its lines as Linux does",
  tags: [],
  run: (subject) =>
    perSource(subject, (source) =>
      startScripts(source).flatMap(({ path, text, isExecutable }): SourceProblem[] => [
        ...(isExecutable || isMadeExecutable(path, source)
          ? []
          : [
              {
                file: path,
                line: 0,
                message: "it is not executable: the container ends with permission denied",
                fix: `git update-index --chmod=+x ${source.context.folder}/${path}, or COPY --chmod=0755`,
              },
            ]),
        ...(/\r\n/.test(text)
          ? [
              {
                file: path,
                line: 1,
                message: "its lines end as on Windows: the container ends with no such file or directory",
                fix: "save it with LF, and add *.sh text eol=lf to .gitattributes",
              },
            ]
          : []),
      ]),
    ),
};

/** By the Dockerfile, or because it is handed to a shell. */
function isMadeExecutable(path: string, source: BuiltFrom): boolean {
  const name = path.split("/").at(-1) ?? "";
  const [program = ""] = startOf(source).flatMap(commandWords);
  const isHanded = program.split("/").at(-1) !== name;
  return (
    isHanded ||
    source.context.instructions.some(
      ({ text }) => /chmod[= ]|--chmod=/.test(text) && (text.includes(name) || /\.sh|\*/.test(text)),
    )
  );
}
