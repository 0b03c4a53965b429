import { type Check, ofKind } from "../../check.ts";
import { SECRET_SHAPES } from "../../secret-shapes.ts";
import { textMapAt } from "../../fields.ts";
import { perPod } from "../../pods.ts";

const PASSWORD_NAME = /(password|passwd|passphrase|(^|_)(require)?pass)$/i;
const SENSITIVE_NAME =
  /(secret|token(?!i[sz])|credential|passw(or)?d|passphrase|(api|private|access|encryption|signing)_?key)/i;
// Names that say that they are not one: a path to it, its name, its length, a count of tokens.
const HARMLESS_NAME =
  /(_(FILE|PATH|DIR|NAME|URL|TTL|SECONDS|MINUTES|LENGTH|LIMIT|COUNT|HEADER|MODE|TYPE|ALGORITHM|POLICY|PREFIX|ISSUER|AUDIENCE)|TOKENS)$/i;
const HARMLESS_VALUE = /^(\/.*|file:\/\/.*|\$\(.*\)|true|false|)$/i;
/** Whoever can read the repository, or `get pods`, can read it. */
export const secretInClear: Check = {
  code: "SECRET_IN_CLEAR",
  severity: "error",
  title: "no secret stands in a variable, an argument or a ConfigMap",
  tags: [
    "kube-linter/env-var-secret",
    "polaris/sensitiveContainerEnvVar",
    "polaris/sensitiveConfigmapContent",
    "checkov/secrets",
    "trivy/KSV-0109",
    "trivy/KSV-01010",
    "kubescape/C-0012",
    "kubescape/C-0259",
    "gitleaks",
    "stig/V-274883",
    "airgap/AG14",
  ],
  run: (subject) => [
    ...perPod(subject, ({ containers }) =>
      containers.flatMap((container) => [
        ...container.env
          .filter(({ name, value }) => value !== null && isSecret(name, value))
          .map(({ name }) => problem(`the variable ${name}`)),
        ...(["command", "args"] as const)
          .filter((field) => container[field].some((word, i, words) => isSecretArgument(word, words[i + 1])))
          .map((field) => problem(`its ${field}`)),
      ]),
    ),
    ...ofKind(subject, "ConfigMap").flatMap((object) =>
      Object.entries(textMapAt(object.object, "data"))
        .filter(([key, value]) => isSecret(key, value))
        .map(([key]) => ({ object, ...problem(`the key ${key}`) })),
    ),
  ],
};

function isSecret(name: string, value: string): boolean {
  return (
    hasSecretShape(value) ||
    (PASSWORD_NAME.test(name) && !isHarmless(value)) ||
    (SENSITIVE_NAME.test(name) && !HARMLESS_NAME.test(name) && !isHarmless(value) && !/^[0-9]+$/.test(value))
  );
}

function isHarmless(value: string): boolean {
  return HARMLESS_VALUE.test(value) || value.includes("\n");
}

/** `--password=x`, `password=x`, or `--password x`. */
function isSecretArgument(word: string, next = ""): boolean {
  const [, flag = "", value] = /^-*([\w.-]+)(?:=(.*))?$/.exec(word) ?? [];
  const name = flag.replaceAll("-", "_");
  if (value !== undefined) return isSecret(name, value);
  return hasSecretShape(word) || (word.startsWith("--") && !next.startsWith("-") && isSecret(name, next));
}

function hasSecretShape(value: string): boolean {
  return SECRET_SHAPES.some((pattern) => pattern.test(value));
}

function problem(what: string): { readonly message: string; readonly fix: string } {
  return {
    message: `${what} holds what looks like a secret`,
    fix: 'declare it under "secrets" and read it: {"secret": "…", "key": "…"}',
  };
}
