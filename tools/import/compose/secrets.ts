// What a variable's name says about its value. Too much told is better than one secret in a committed file.

const PASSWORD = /(passw(or)?d|passphrase|(^|_)(require)?pass|(^|_)pwd)$/i;
const SENSITIVE =
  /(secret|token(?!i[sz])|credential|passw(or)?d|passphrase|(api|private|access|encryption)_?key|[^c]_key$|(^|_)salt$)/i;
// Names that say that they are not one: a path to it, its name, its length, a count of tokens.
const HARMLESS =
  /(_(FILE|PATH|DIR|NAME|URL|URI|HOST|PORT|USER|USERNAME|ID|TTL|SECONDS|MINUTES|EXPIRY|EXPIRES|EXPIRATION|LENGTH|LIMIT|COUNT|HEADER|MODE|TYPE|ALGORITHM|POLICY|PREFIX|ISSUER|AUDIENCE|ENABLED)|TOKENS)$/i;
const PATH_OR_FLAG = /^(\/.*|file:\/\/.*|true|false|yes|no|[01]|)$/i;
const SHAPES = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}\b/,
  /\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\./,
];

export function isSecretName(name: string): boolean {
  return PASSWORD.test(name) || (SENSITIVE.test(name) && !HARMLESS.test(name));
}

/** Whether a variable of this name holds a secret, when this is its value. */
export function isSecret(name: string, value: string): boolean {
  return SHAPES.some((shape) => shape.test(value)) || (isSecretName(name) && !PATH_OR_FLAG.test(value));
}

const USER_INFO = /^([a-z][a-z0-9+.-]*:\/\/[^\s:/@]*:)([^\s@]+)(@[^]*)$/i;

/** `postgres://user:password@host` in three: what stands before the password, it, and what stands behind. */
export function passwordInUrl(text: string): readonly [string, string, string] | null {
  const [, before, password, behind] = USER_INFO.exec(text) ?? [];
  return before === undefined || password === undefined || behind === undefined ? null : [before, password, behind];
}
