import type { Check } from "../../check.ts";
import { lineOf, perSource } from "../../dockerfiles.ts";
import { wordsOf } from "../../../sources/dockerfile.ts";
import type { BuildContext } from "../../../sources/build-context.ts";

export const copyMissing: Check = {
  code: "COPY_MISSING",
  severity: "error",
  title: "what a Dockerfile copies is in its build context",
  tags: [],
  run: (subject) =>
    perSource(subject, (source) =>
      source.context.instructions
        .filter(({ keyword, text }) => (keyword === "COPY" || keyword === "ADD") && !/\s--from=|<</.test(text))
        .flatMap((instruction) =>
          sourcesOf(instruction.text).flatMap((path) => {
            const state = stateOf(path, source.context);
            if (state === "there") return [];
            return [
              {
                line: lineOf(source, instruction, path),
                message:
                  state === "ignored"
                    ? `${path} is left out by .dockerignore`
                    : `there is no ${path} in ${source.context.folder}`,
                fix: state === "ignored" ? `add !${path} to .dockerignore` : "create it, or correct the path",
              },
            ];
          }),
        ),
    ),
};

/** What is copied, its target taken away; URLs and variables are not known here. */
function sourcesOf(text: string): string[] {
  const rest = text.replace(/^\S+\s+(--\S+\s+)*/, "");
  return wordsOf(rest)
    .slice(0, -1)
    .filter((path) => !/^[a-z]+:\/\/|^git@|\$/.test(path));
}

function stateOf(written: string, { files }: BuildContext): "there" | "ignored" | "missing" {
  const path = written.replace(/^(\.?\/)+/, "").replace(/\/+$/, "");
  if (path === "" || path === ".") return "there";
  const pattern = new RegExp(`^${expression(path)}$`);
  const found = files.filter((file) => pattern.test(file.path));
  const above = files.filter((file) => file.type === "folder" && path.startsWith(`${file.path}/`));
  // Inside of what was not looked into anything may be.
  const isUnseen = above.some((file) => !file.isIgnored && !hasInside(file.path, files));
  if (found.some((file) => !file.isIgnored || hasKept(file.path, files)) || isUnseen) return "there";
  return found.length > 0 || above.some((file) => file.isIgnored) ? "ignored" : "missing";
}

/** A folder that is left out, with something below it that is not. */
function hasKept(folder: string, files: BuildContext["files"]): boolean {
  return files.some((file) => file.path.startsWith(`${folder}/`) && !file.isIgnored);
}

function hasInside(folder: string, files: BuildContext["files"]): boolean {
  return files.some((file) => file.path.startsWith(`${folder}/`));
}

/** Go's filepath.Match: `*`, `?` and `[…]` stay within a segment; `**` is BuildKit's own. A class is taken for any sign. */
function expression(path: string): string {
  return path
    .replaceAll(/\[[^\]]*\]/g, "?")
    .replaceAll(/[.+^$(){}|[\]\\]/g, String.raw`\$&`)
    .replaceAll("**/", "\u0000")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]")
    .replaceAll("\u0000", "(.*/)?");
}
