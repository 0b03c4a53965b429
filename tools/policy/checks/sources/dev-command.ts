import { type Check, DEPLOYED } from "../../check.ts";
import { leftoversIn, isLeftover } from "../../dev-leftovers.ts";
import { imageStages, lineOf, perSource, startOf } from "../../dockerfiles.ts";
import { commandWords } from "../../../sources/dockerfile.ts";

/** A service that says its own command does not run the image's; the image is still wrong. */
export const devCommand: Check = {
  code: "DEV_COMMAND",
  severity: "error",
  title: "images for staging, airgap and prod start what serves, without watchers and debuggers",
  tags: ["airgap/AG15"],
  profiles: DEPLOYED,
  run: (subject) =>
    perSource(subject, (source) => [
      ...startOf(source).flatMap((instruction) =>
        leftoversIn(commandWords(instruction).join(" ")).map((what) => ({
          line: instruction.firstLine,
          message: `${instruction.keyword} runs ${what}`,
          fix: 'let the image serve, and "environments": {"local": {"command": …}} watch',
        })),
      ),
      ...imageStages(source).flatMap((stage) =>
        stage.instructions
          .filter(({ keyword }) => keyword === "ENV")
          .flatMap((instruction) =>
            [...instruction.text.matchAll(/\s(\w+)[= ]["']?([\w*]+)/g)]
              .filter(([, name = "", value = ""]) => isLeftover(name, value))
              .map(([, name = "", value = ""]) => ({
                line: lineOf(source, instruction, name),
                message: `ENV ${name}=${value} is for a developer's desk`,
                fix: 'set it in "environments": {"local": {"env": …}}',
              })),
          ),
      ),
    ]),
};
