import { type Check, type Violation, containers, ofKind } from "../check.ts";

const PASSWORD_NAME = /(password|passwd|passphrase|(^|_)(require)?pass)$/i;
const SENSITIVE_NAME =
  /(secret|token(?!i[sz])|credential|passw(or)?d|passphrase|(api|private|access|encryption|signing)_?key)/i;
// Names that say that they are not one: a path to it, its name, its length, a count of tokens.
const HARMLESS_NAME =
  /(_(FILE|PATH|DIR|NAME|URL|TTL|SECONDS|MINUTES|LENGTH|LIMIT|COUNT|HEADER|MODE|TYPE|ALGORITHM|POLICY|PREFIX|ISSUER|AUDIENCE)|TOKENS)$/i;
const HARMLESS_VALUE = /^(\/.*|file:\/\/.*|\$\(.*\)|true|false|)$/i;
const SECRET_VALUE = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\b[a-z][a-z0-9+.-]*:\/\/[^\s:/@]+:[^\s:/@]+@/i,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
];

/** Whoever can read the repository, or `get pods`, can read it. */
export const secretInClear: Check = {
  code: "SECRET_IN_CLEAR",
  title: "no secret stands in a variable, an argument or a ConfigMap",
  run: (subject) => [
    ...containers(subject).flatMap(({ object, container }) => [
      ...(container.env ?? []).flatMap(({ name, value }): Violation[] =>
        value !== undefined && isSecret(name, value) ? [violation(object, `the variable ${name}`)] : [],
      ),
      ...(["command", "args"] as const).flatMap((field) => {
        const words = container[field] ?? [];
        return words.some((word, i) => isSecretArgument(word, words[i + 1])) ? [violation(object, `its ${field}`)] : [];
      }),
    ]),
    ...ofKind(subject, "ConfigMap").flatMap((object) =>
      Object.entries((object.object["data"] ?? {}) as Record<string, string>).flatMap(([key, value]): Violation[] =>
        isSecret(key, value) ? [violation(object, `the key ${key}`)] : [],
      ),
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
  return SECRET_VALUE.some((pattern) => pattern.test(value));
}

function violation(object: Violation["object"], what: string): Violation {
  return {
    object,
    message: `${what} holds what looks like a secret`,
    fix: 'declare it under "secrets" and read it: {"secret": "…", "key": "…"}',
  };
}
