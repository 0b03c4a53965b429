import { type Check, type Violation, containers, ofKind } from "../check.ts";

const SENSITIVE_NAME = /(password|passwd|secret|token|credential|api_?key|private_?key|access_?key)/i;
// Names that say that they are not one: a path to it, its name, its length, a count of tokens.
const HARMLESS_NAME =
  /(_FILE|_PATH|_DIR|_NAME|_URL|_TTL|_SECONDS|_LENGTH|_LIMIT|_COUNT|TOKENS|TOKENIZERS_PARALLELISM)$/i;
const HARMLESS_VALUE = /^(\/.*|file:\/\/.*|\$\(.*\)|true|false|[0-9]+|)$/i;
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
      ...["command", "args"].flatMap((field) =>
        ((container as unknown as Record<string, readonly string[] | undefined>)[field] ?? []).flatMap(
          (text): Violation[] => (hasSecretShape(text) ? [violation(object, `its ${field}`)] : []),
        ),
      ),
    ]),
    ...ofKind(subject, "ConfigMap").flatMap((object) =>
      Object.entries(object.object["data"] as Record<string, string>).flatMap(([key, value]): Violation[] =>
        isSecret(key, value) ? [violation(object, `the key ${key}`)] : [],
      ),
    ),
  ],
};

function isSecret(name: string, value: string): boolean {
  return (
    hasSecretShape(value) ||
    (SENSITIVE_NAME.test(name) && !HARMLESS_NAME.test(name) && !HARMLESS_VALUE.test(value) && !value.includes("\n"))
  );
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
