import { randomInt } from "node:crypto";
import { sortedEntries } from "../lib/merge.ts";
import type { SecretModel } from "../model/secret.ts";

/** Values by Secret, then by key. */
export type SecretValues = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Keys that a Secret has, by `namespace/name`; absent where there is no such Secret. */
export type ExistingSecrets = ReadonlyMap<string, SecretValues[string]>;

/** What is done about an environment's Secrets: what exists is never changed. */
export interface SecretPlan {
  readonly create: readonly { readonly secret: SecretModel; readonly values: SecretValues[string] }[];
  readonly present: readonly SecretModel[];
  /** Not ours to make; or there, without keys that are needed. */
  readonly missing: readonly { readonly secret: SecretModel; readonly keys: readonly string[] }[];
  /** Everything generated so far, to be kept beside the repository. */
  readonly kept: SecretValues;
}

const ALPHABETS = {
  alphanumeric: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  hex: "0123456789abcdef",
  digits: "0123456789",
} as const;

/**
 * A Secret of one name has the same values in each namespace that reads it: those of the cluster before those kept from
 * an earlier cluster before new ones. `given`: values that files have, for the Secrets that come from them.
 */
export function planSecrets(
  secrets: readonly SecretModel[],
  existing: ExistingSecrets,
  kept: SecretValues,
  random: (below: number) => number = randomInt,
  given: SecretValues = {},
): SecretPlan {
  const values = new Map(Object.entries(kept));
  for (const secret of secrets.filter(({ from }) => from === "generated")) {
    const known = { ...values.get(secret.name), ...inCluster(secret, secrets, existing) };
    // Kept beside what is asked for today: a key that comes back must find its value again.
    values.set(secret.name, { ...values.get(secret.name), ...valuesOf(secret, known, random) });
  }
  const at = ({ namespace, name }: SecretModel): string => `${namespace}/${name}`;
  return {
    create: secrets
      .filter((secret) => isMade(secret, given) && !existing.has(at(secret)))
      .map((secret) => ({
        secret,
        values: askedFor(secret, (secret.from === "envFile" ? given[secret.name] : values.get(secret.name)) ?? {}),
      })),
    present: secrets.filter((secret) => existing.has(at(secret))),
    missing: secrets.flatMap((secret) => missingKeys(secret, existing.get(at(secret)), given)),
    kept: Object.fromEntries(values),
  };
}

/** What is made here: random values, and those of files. */
function isMade({ from, name }: SecretModel, given: SecretValues): boolean {
  return from === "generated" || (from === "envFile" && Object.hasOwn(given, name));
}

function askedFor({ keys }: SecretModel, values: SecretValues[string]): SecretValues[string] {
  return Object.fromEntries(Object.entries(values).filter(([key]) => Object.hasOwn(keys, key)));
}

function valuesOf(
  { keys }: SecretModel,
  known: SecretValues[string],
  random: (below: number) => number,
): SecretValues[string] {
  return Object.fromEntries(
    sortedEntries(keys).map(([key, { generate }]) => [
      key,
      (Object.hasOwn(known, key) ? known[key] : undefined) ??
        generated(generate?.length ?? 32, ALPHABETS[generate?.alphabet ?? "alphanumeric"], random),
    ]),
  );
}

/** Values that another namespace's Secret of the same name has already. */
function inCluster(
  { name }: SecretModel,
  secrets: readonly SecretModel[],
  existing: ExistingSecrets,
): SecretValues[string] {
  return Object.assign(
    {},
    ...secrets
      .filter((other) => other.name === name)
      .map((other) => existing.get(`${other.namespace}/${other.name}`) ?? {}),
  ) as SecretValues[string];
}

function generated(length: number, alphabet: string, random: (below: number) => number): string {
  return Array.from({ length }, () => alphabet[random(alphabet.length)]).join("");
}

function missingKeys(
  secret: SecretModel,
  existing: SecretValues[string] | undefined,
  given: SecretValues,
): { readonly secret: SecretModel; readonly keys: readonly string[] }[] {
  if (!existing) return isMade(secret, given) ? [] : [{ secret, keys: [] }];
  const keys = Object.keys(secret.keys).filter((key) => !Object.hasOwn(existing, key));
  return keys.length === 0 ? [] : [{ secret, keys }];
}
