import { hostOf } from "../../../model/image.ts";
import { AIRGAP, type Check } from "../../check.ts";
import { closedWorldOf } from "../../closed-world.ts";
import { perSource, standsOnImage } from "../../dockerfiles.ts";

/** What begins with a build argument can be told of the enclave's registry. */
export const baseRegistry: Check = {
  code: "BASE_REGISTRY",
  severity: "error",
  title: "what airgap runs can be built on images of its own registry",
  tags: ["airgap/AG01"],
  profiles: AIRGAP,
  run: (subject) => {
    const world = closedWorldOf(subject);
    return perSource(subject, (source) => [
      ...source.stages
        .filter((stage) => standsOnImage(stage, source) && !stage.written.startsWith("$"))
        .filter(({ base }) => !world.allowsHost(hostOf(base)))
        .map(({ base, from }) => ({ line: from.firstLine, ...problem(`FROM ${base} comes from ${hostOf(base)}`) })),
      ...source.stages.flatMap((stage) =>
        stage.instructions.flatMap((instruction) =>
          copiedImages(instruction.keyword, instruction.text)
            .filter((image) => isImage(image, source.stages, source.build.additionalContexts ?? {}))
            .filter((image) => !world.allowsHost(hostOf(image)))
            .map((image) => ({
              line: instruction.firstLine,
              ...problem(`COPY --from=${image} comes from ${hostOf(image)}`),
            })),
        ),
      ),
    ]);
  },
};

function problem(what: string): { readonly message: string; readonly fix: string } {
  return {
    message: `${what}, and nothing can say otherwise`,
    fix: "ARG BASE=<this image> before the first FROM, then FROM ${BASE}: build.args names the mirror's",
  };
}

function copiedImages(keyword: string, text: string): string[] {
  if (keyword !== "COPY") return [];
  return [...text.matchAll(/\s--from=(\S+)/g)].map(([, image = ""]) => image);
}

function isImage(
  name: string,
  stages: readonly { readonly name: string | null }[],
  contexts: Readonly<Record<string, string>>,
): boolean {
  const isStage = /^\d+$/.test(name) || stages.some((stage) => stage.name === name.toLowerCase());
  return !isStage && !name.startsWith("$") && !Object.hasOwn(contexts, name);
}
