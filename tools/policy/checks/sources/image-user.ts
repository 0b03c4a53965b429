import type { Check } from "../../check.ts";
import { type BuiltFrom, type SourceProblem, imageStages, perSource, standsOnImage } from "../../dockerfiles.ts";

/** runAsUser makes the pod run as another user all the same; whoever runs the image elsewhere is not told. */
export const imageUser: Check = {
  code: "IMAGE_USER",
  severity: "warning",
  title: "images that are built here name a user that is not root",
  tags: ["checkov/CKV_DOCKER_3", "checkov/CKV_DOCKER_8", "trivy/DS-0002", "hadolint/DL3002"],
  run: (subject) => perSource(subject, problems),
};

function problems(source: BuiltFrom): SourceProblem[] {
  const chain = imageStages(source);
  const [first] = chain;
  const last = chain.at(-1);
  const written = chain.flatMap((stage) => stage.instructions).findLast(({ keyword }) => keyword === "USER");
  // What it stands on is built here too, and says it there.
  if (!first || !last || (!written && !standsOnImage(first, source) && first.base !== "scratch")) return [];
  const user = written?.text.split(" ")[1] ?? "";
  if (written && !/^(root|0)(:|$)/.test(user)) return [];
  return [
    {
      line: (written ?? last.from).firstLine,
      message: written
        ? `the image runs as ${user}`
        : "the image names no user, and runs as root wherever nothing else is said",
      fix: "end with USER 10001:10001: a number, because a name proves nothing to the kubelet",
    },
  ];
}
