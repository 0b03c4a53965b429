import type { Check } from "../../check.ts";
import { textsBelow } from "../../fields.ts";

const LISTS = [
  "resources",
  "components",
  "bases",
  "crds",
  "configurations",
  "generators",
  "transformers",
  "validators",
  "patches",
  "patchesStrategicMerge",
  "patchesJson6902",
  "replacements",
  "openapi",
  "helmCharts",
];
const REMOTE = /^([a-z][a-z0-9+.-]*:\/\/|git@|git::|github\.com[/:])|[?&]ref=|\.git(\/|$)/;

/** What kustomize would fetch while it renders: today's branch, or nothing at all. */
export const remoteKustomization: Check = {
  code: "REMOTE_KUSTOMIZATION",
  severity: "error",
  title: "kustomizations read files of this repository, and no others",
  tags: ["airgap/AG18"],
  run: ({ kustomizations }) =>
    kustomizations.flatMap(({ path, value }) =>
      textsBelow(value)
        .filter(({ path: [list = ""], text }) => LISTS.includes(list) && !text.includes("\n"))
        .filter(({ path: keys, text }) => isEntry(keys) && (REMOTE.test(text) || leavesRepository(path, text)))
        .map(({ text }) => ({
          file: path,
          service: null,
          message: REMOTE.test(text) ? `it fetches ${text}` : `${text} lies outside of the repository`,
          fix: "vendor it: render it once, commit the result, and list the file",
        })),
    ),
};

/** An entry of a list, or the `path` or `repo` of one. */
function isEntry(keys: readonly string[]): boolean {
  return keys.length === 2 || ["path", "repo"].includes(keys.at(-1) ?? "");
}

function leavesRepository(file: string, target: string): boolean {
  let depth = file.split("/").length - 1;
  for (const step of target.split("/")) {
    depth += step === ".." ? -1 : step === "." || step === "" ? 0 : 1;
    if (depth < 0) return true;
  }
  return target.startsWith("/");
}
