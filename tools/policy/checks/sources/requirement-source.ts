import { AIRGAP, type Check } from "../../check.ts";
import { closedWorldOf, hostsIn } from "../../closed-world.ts";
import { type SourceProblem, perSource } from "../../dockerfiles.ts";

/** A line of a requirements file that names its own host is fetched from there, whatever the mirror is. */
export const requirementSource: Check = {
  code: "REQUIREMENT_SOURCE",
  severity: "error",
  title: "the Python packages of airgap come from an index, and the files do not say which",
  tags: ["airgap/AG05", "airgap/AG07"],
  profiles: AIRGAP,
  run: (subject) => {
    const world = closedWorldOf(subject);
    return perSource(subject, ({ context }) =>
      context.files
        .filter(({ path, text, isIgnored }) => text !== null && !isIgnored && /requirements[^/]*\.(txt|in)$/.test(path))
        .flatMap(({ path, text }) =>
          (text ?? "").split("\n").flatMap((line, i): SourceProblem[] => {
            const written = line.replace(/(^|\s)#.*$/, "").trim();
            const isGit = /(^|@\s*)git\+/.test(written);
            const host = hostsIn(written).find((one) => !world.allowsHost(one));
            if (!isGit && host === undefined) return [];
            return [
              {
                file: path,
                line: i + 1,
                message: isGit
                  ? `${written} is built from a git repository`
                  : `it names ${host}, which the enclave does not have`,
                fix: "name the package and its version; PIP_INDEX_URL says where it is",
              },
            ];
          }),
        ),
    );
  },
};
