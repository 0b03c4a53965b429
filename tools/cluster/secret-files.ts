import { isAbsolute, join, normalize, relative, sep } from "node:path";
import { parseEnv } from "node:util";
import { type Finding, UserError } from "../lib/errors.ts";
import type { Exec } from "../lib/exec.ts";
import { readText } from "../lib/files.ts";
import type { SecretModel } from "../model/secret.ts";
import type { SecretValues } from "./secrets-plan.ts";

/** Values of Secrets by name, from the files that the registry names; and what is wrong with these files. */
export interface GivenSecrets {
  readonly values: SecretValues;
  readonly findings: readonly Finding[];
}

/** Reads the env files of these Secrets. A file with a problem gives no values; a value is never part of a finding. */
export async function readSecretFiles(
  root: string,
  exec: Exec,
  secrets: readonly SecretModel[],
): Promise<GivenSecrets> {
  const byName = new Map(
    secrets.flatMap((secret) => (secret.from === "envFile" ? [[secret.name, secret] as const] : [])),
  );
  const read = await Promise.all([...byName.values()].map((secret) => readSecretFile(root, exec, secret)));
  return {
    values: Object.assign({}, ...read.map(({ values }) => values)) as SecretValues,
    findings: read.flatMap(({ findings }) => findings),
  };
}

async function readSecretFile(root: string, exec: Exec, secret: SecretModel): Promise<GivenSecrets> {
  const file = secret.envFile ?? "";
  const keys = Object.keys(secret.keys);
  if (isOutside(root, file))
    return refused("FILE_OUTSIDE", file, "it lies outside of the folder of services.json", "name a file below it");
  const text = await readText(join(root, file));
  if (text === null) {
    const fix = `create it with a line NAME=value for each of ${keys.join(", ")}, and let .gitignore name it`;
    return refused(
      "SECRET_FILE_MISSING",
      file,
      `the secret ${secret.name} is read from this file, which is not there`,
      fix,
    );
  }
  const tracked = await gitSays(exec, root, ["ls-files", "--error-unmatch", "--", file]);
  if (tracked === 0) {
    const fix = `git rm --cached ${file}, name it in .gitignore, and change its values: the history keeps the old ones`;
    return refused("SECRET_FILE_TRACKED", file, "git tracks this file, which holds values of secrets", fix);
  }
  const isVisible = (await gitSays(exec, root, ["check-ignore", "--quiet", "--", file])) === 1;
  return valuesOf(secret, file, parseEnv(text), isVisible ? [notIgnored(file)] : []);
}

function valuesOf(
  { name, keys }: SecretModel,
  file: string,
  written: Readonly<Record<string, string | undefined>>,
  findings: readonly Finding[],
): GivenSecrets {
  const missing = Object.keys(keys).filter((key) => !Object.hasOwn(written, key));
  if (missing.length > 0) {
    const message = `the secret ${name} needs ${missing.join(", ")}, of which the file says nothing`;
    return refused("SECRET_FILE_KEY", file, message, `add a line ${missing[0]}=… to it`);
  }
  const values = Object.fromEntries(Object.keys(keys).map((key) => [key, written[key] ?? ""]));
  return { values: { [name]: values }, findings };
}

/** git's exit code; null where there is no git. */
async function gitSays(exec: Exec, root: string, args: readonly string[]): Promise<number | null> {
  try {
    return (await exec.run("git", args, { cwd: root })).exitCode;
  } catch (error) {
    if (error instanceof UserError) return null;
    throw error;
  }
}

function notIgnored(file: string): Finding {
  const message = "git does not ignore this file, which holds values of secrets";
  return { code: "SECRET_FILE_VISIBLE", severity: "warning", where: file, message, fix: "name it in .gitignore" };
}

function isOutside(root: string, file: string): boolean {
  const way = relative(root, normalize(join(root, file)));
  return isAbsolute(file) || isAbsolute(way) || way.split(sep)[0] === "..";
}

function refused(code: string, where: string, message: string, fix: string): GivenSecrets {
  return { values: {}, findings: [{ code, severity: "error", where, message, fix }] };
}
