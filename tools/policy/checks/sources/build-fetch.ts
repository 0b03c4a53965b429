import { AIRGAP, type Check } from "../../check.ts";
import { closedWorldOf, hostsIn } from "../../closed-world.ts";
import { type BuiltFrom, type SourceProblem, argsBefore, lineOf, perSource } from "../../dockerfiles.ts";
import { fetchesIn } from "../../fetches.ts";
import type { Instruction, Stage } from "../../../sources/dockerfile.ts";
import type { ClosedWorld } from "../../closed-world.ts";

// What says where to fetch from instead: an argument of the build, an option of the command, or a file of the context.
const MIRRORS: Readonly<Record<string, { readonly args: RegExp; readonly option?: RegExp; readonly file?: RegExp }>> = {
  apt: { args: /APT|DEBIAN|UBUNTU|MIRROR/i, option: /sources\.list|Acquire::/ },
  apk: { args: /APK|ALPINE|MIRROR/i, option: /--repository|-X\s|\/etc\/apk\/repositories/ },
  dnf: { args: /DNF|YUM|RPM|MIRROR/i, option: /--repofrompath|\.repo\b|--setopt/ },
  pip: {
    args: /PIP_|INDEX_URL|UV_|PYPI|MIRROR/i,
    option: /--index-url|-i\s+\S|--no-index|--find-links/,
    file: /(^|\/)pip\.conf$/,
  },
  npm: { args: /NPM|REGISTRY|MIRROR/i, option: /--registry|--offline/ },
  go: { args: /GOPROXY|GOFLAGS|MIRROR/i, option: /GOPROXY=|-mod=vendor/, file: /^(.*\/)?vendor(\/modules\.txt)?$/ },
  git: { args: /GIT|MIRROR/i },
  huggingface: { args: /HF_ENDPOINT|MIRROR/i },
};

const ANY: (typeof MIRRORS)[string] = { args: /MIRROR|PROXY|REGISTRY|INDEX|REPOSITORY/i, option: /--offline\b/ };

/** Said by an argument, an option or a file, the same Dockerfile is built outside and inside. */
export const buildFetch: Check = {
  code: "BUILD_FETCH",
  severity: "error",
  title: "what airgap runs can be built from mirrors: packages, models and files",
  tags: ["airgap/AG05", "airgap/AG07"],
  profiles: AIRGAP,
  run: (subject) => {
    const world = closedWorldOf(subject);
    return perSource(subject, (source) =>
      source.stages.flatMap((stage) =>
        stage.instructions
          .filter(({ keyword }) => keyword === "RUN")
          .flatMap((instruction) => [...managers(source, stage, instruction), ...hosts(source, instruction, world)]),
      ),
    );
  },
};

function managers(source: BuiltFrom, stage: Stage, instruction: Instruction): SourceProblem[] {
  const args = argsBefore(stage, instruction);
  return fetchesIn(instruction.text)
    .filter((what) => !isMirrored(what, args, instruction.text, source))
    .map((what) => ({
      line: lineOf(source, instruction, what === "npm" ? /\b(npm|pnpm|yarn|npx)\b/ : (WORDS[what] ?? what)),
      message: `it fetches by ${what} from wherever ${what} fetches by default`,
      fix: FIXES[what] ?? "fetch it before the build, and COPY it",
    }));
}

const WORDS: Readonly<Record<string, RegExp>> = {
  huggingface: /huggingface-cli|\bhf\b|snapshot_download|from_pretrained/,
  pip: /\b(pip3?|uv|poetry|pipenv)\b/,
  dnf: /\b(dnf|yum|microdnf)\b/,
  apt: /(^|[^-\w])apt(-get)?\s/,
};

const FIXES: Readonly<Record<string, string>> = {
  apt: "ARG APT_MIRROR before it, and point the sources at it; or install it in a base image",
  apk: "ARG APK_MIRROR before it, and --repository; or install it in a base image",
  pip: "ARG PIP_INDEX_URL before it: pip reads it, and build.args names the mirror",
  npm: "ARG NPM_CONFIG_REGISTRY before it: npm reads it, and build.args names the mirror",
  go: "ARG GOPROXY before it: go reads it, and build.args names the mirror",
  huggingface: "put models onto a volume; or ARG HF_ENDPOINT before it",
};

function isMirrored(what: string, args: readonly string[], text: string, { context }: BuiltFrom): boolean {
  const mirror = MIRRORS[what] ?? ANY;
  return (
    args.some((name) => mirror.args.test(name)) ||
    (mirror.option?.test(text) ?? false) ||
    context.files.some(({ path, isIgnored }) => !isIgnored && (mirror.file?.test(path) ?? false))
  );
}

function hosts(source: BuiltFrom, instruction: Instruction, world: ClosedWorld): SourceProblem[] {
  return hostsIn(instruction.text)
    .filter((host) => !world.allowsHost(host))
    .map((host) => ({
      line: lineOf(source, instruction, host),
      message: `it asks ${host}, which the enclave does not have`,
      fix: "fetch it before the build and COPY it, or take the host from a build argument",
    }));
}
