import type { Finding } from "../../tools/lib/errors.ts";
import { parseDockerfile } from "../../tools/sources/dockerfile.ts";
import { findInstruction } from "./dockerfile.ts";
import type { BuildReport } from "./progress.ts";

/**
 * Why a build failed, in one line that names the instruction; null when it did not fail.
 * `where` is the Dockerfile as the user knows it, `text` what is written in it.
 */
export function failureOf({ error, output }: BuildReport, where: string, text: string): Finding | null {
  if (error === null) return null;
  const cause = error.replace(/^failed to solve: /, "").trim();
  const found = causes.flatMap(({ pattern, explain }) => {
    const match = pattern.exec(cause);
    return match ? [explain(match, text, telling(output))] : [];
  })[0];
  const {
    line = null,
    message = cause.split("\n").at(-1) ?? cause,
    fix = `correct ${where} and save it`,
  } = found ?? {};
  return { code: "BUILD_FAILED", severity: "error", where: line === null ? where : `${where}:${line}`, message, fix };
}

interface Explanation {
  readonly line?: number | null;
  readonly message: string;
  readonly fix?: string;
}

interface Cause {
  readonly pattern: RegExp;
  readonly explain: (match: RegExpExecArray, text: string, lastOutput: string | null) => Explanation;
}

// What BuildKit says → what it means. The first that matches counts.
const causes: readonly Cause[] = [
  {
    pattern: /^process "(.*)" did not complete successfully: exit code: (\d+)/s,
    explain: ([, command = "", exitCode = ""], text, lastOutput) => {
      const instruction = runInstruction(text, command);
      const what = instruction?.text ?? command;
      return {
        line: instruction?.firstLine ?? null,
        message: `${shortened(what)} exited with code ${exitCode}${lastOutput === null ? "" : `: ${lastOutput}`}`,
      };
    },
  },
  {
    pattern: /failed to calculate checksum of ref .*: "?\/?([^"]+)"?: not found/,
    explain: ([, path = ""], text) => ({
      line: copyInstruction(text, path)?.firstLine ?? null,
      message: `${shortened(copyInstruction(text, path)?.text ?? "COPY")}: "${path}" is not in the build context`,
      fix: "correct the path, create the file, or take it out of .dockerignore",
    }),
  },
  {
    pattern: /^(\S+): failed to resolve source metadata for \S+: (.*)/s,
    explain: ([, image = "", why = ""], text) => ({
      line: parseDockerfile(text).find((one) => one.text.includes(image))?.firstLine ?? null,
      message: `the image ${image} is neither here nor to be had: ${why.split("\n").at(-1) ?? why}`,
      fix: `correct its name, sign in to its registry, or load it: docker pull ${image}`,
    }),
  },
  {
    pattern: /dockerfile parse error (?:on )?line (\d+): (.*)/s,
    explain: ([, line = "1", what = ""]) => ({ line: Number(line), message: what.split("\n")[0] ?? what }),
  },
  {
    pattern: /target stage "?([^"]+?)"? could not be found/,
    explain: ([, target = ""]) => ({
      message: `there is no stage "${target}"`,
      fix: 'correct "build": {"target": "…"}, or add the stage',
    }),
  },
];

function runInstruction(text: string, command: string): ReturnType<typeof findInstruction> {
  const script = command
    .replace(/^\/bin\/sh -c /, "")
    .replaceAll(/\\"/g, '"')
    .replaceAll(/\s+/g, " ")
    .trim();
  const runs = parseDockerfile(text).filter(({ keyword }) => keyword === "RUN");
  return runs.find((one) => one.text.endsWith(script)) ?? findInstruction(text, `RUN ${script}`);
}

function copyInstruction(text: string, path: string): ReturnType<typeof findInstruction> {
  const copies = parseDockerfile(text).filter(({ keyword }) => keyword === "COPY" || keyword === "ADD");
  return (
    copies.find((one) => one.text.split(" ").some((word) => word.replace(/^\.?\//, "").replace(/\/$/, "") === path)) ??
    null
  );
}

/** The last line of the output that tells something: programs like to end with where their log lies. */
function telling(output: readonly string[]): string | null {
  const lines = output.map((line) => line.trim()).filter((line) => line !== "" && !/^Node\.js v\d/.test(line));
  return (
    lines.findLast(
      (line) => /error|fail|not found|cannot|denied|no such/i.test(line) && !/complete log of this run|^at /.test(line),
    ) ??
    lines.at(-1) ??
    null
  );
}

function shortened(text: string): string {
  return text.length > 80 ? `${text.slice(0, 79)}…` : text;
}
