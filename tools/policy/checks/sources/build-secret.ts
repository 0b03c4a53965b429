import type { Check } from "../../check.ts";
import { type SourceProblem, lineOf, perSource, startScripts } from "../../dockerfiles.ts";
import { SECRET_SHAPES } from "../../secret-shapes.ts";

const NAME = /(PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|CREDENTIALS?|(API|PRIVATE|ACCESS|SIGNING|ENCRYPTION)_?KEY)$/i;
const KEY_FILE =
  /(^|\/)(\.env(\.(?!example|sample|template)[\w-]+)?|id_(rsa|dsa|ecdsa|ed25519)|[\w.-]+\.(pem|key|p12|pfx)|\.netrc|\.pgpass|\.aws\/credentials)$/;

/** Every layer can be read by whoever has the image; `docker history` shows the arguments. */
export const buildSecret: Check = {
  code: "BUILD_SECRET",
  severity: "error",
  title: "no secret is built into an image",
  tags: ["checkov/secrets", "trivy/DS-0031", "gitleaks", "airgap/AG14"],
  run: (subject) =>
    perSource(subject, (source) => [
      ...startScripts(source).flatMap(({ path, text }) => scriptProblems(path, text)),
      ...source.context.instructions.flatMap((instruction) => {
        const { keyword, text } = instruction;
        const named = keyword === "ENV" || keyword === "ARG" ? assigned(text) : [];
        const copied = keyword === "COPY" || keyword === "ADD" ? copiedKeys(text) : [];
        const shape = SECRET_SHAPES.map((pattern) => pattern.exec(text)?.[0]).find((found) => found !== undefined);
        return [
          ...named.map((name) => ({
            line: lineOf(source, instruction, name),
            message: `${keyword} ${name} stays in the image's history`,
            fix: "RUN --mount=type=secret while it is built, a Secret while it runs",
          })),
          ...copied.map((path) => ({
            line: lineOf(source, instruction, path),
            message: `${path} becomes part of the image`,
            fix: "mount it from a Secret, and list it in .dockerignore",
          })),
          ...(shape === undefined || named.length > 0
            ? []
            : [
                {
                  line: instruction.firstLine,
                  message: `${keyword} holds what looks like a secret`,
                  fix: "RUN --mount=type=secret while it is built, a Secret while it runs",
                },
              ]),
        ];
      }),
    ]),
};

function scriptProblems(file: string, text: string): SourceProblem[] {
  return text.split("\n").flatMap((line, i) =>
    SECRET_SHAPES.some((pattern) => pattern.test(line))
      ? [
          {
            file,
            line: i + 1,
            message: "the script holds what looks like a secret",
            fix: "read it from a file that a Secret is mounted as",
          },
        ]
      : [],
  );
}

/** Names of secrets that are given a value; an ARG without one is given it by every build, and kept. */
function assigned(text: string): string[] {
  const pairs = text.replace(/^\S+\s+/, "").matchAll(/(?:^|\s)([A-Za-z_]\w*)(?:[= ]("[^"]*"|\S*))?/g);
  return [...pairs].flatMap(([, name = "", value = ""]) => {
    const isHarmless = /^["']?(\/\S*|\$\{?\w+\}?|)["']?$/.test(value) && !text.startsWith("ARG");
    return NAME.test(name) && !isHarmless ? [name] : [];
  });
}

function copiedKeys(text: string): string[] {
  const words = text.split(" ").slice(1, -1);
  return words.filter((word) => !word.startsWith("--") && KEY_FILE.test(word.replaceAll(/["[\],]/g, "")));
}
