import { readFileSync } from "node:fs";
import type { Environment } from "./environment.ts";

/**
 * The secret `name`: the content of the file that `<name>_FILE` points at, without its final
 * newline, or else the variable `<name>`. Read on every call, so that a rotated Secret is
 * picked up by the next connection. Throws when neither or both are set.
 */
export function readSecret(env: Environment, name: string): string {
  const path = env[`${name}_FILE`];
  const value = env[name];
  if (path !== undefined && value !== undefined) throw new Error(`${name} and ${name}_FILE are both set`);
  if (path !== undefined) return secretFile(name, path);
  if (value === undefined) throw new Error(`neither ${name}_FILE nor ${name} is set`);
  return value;
}

function secretFile(name: string, path: string): string {
  try {
    return readFileSync(path, "utf8").replace(/\r?\n$/, "");
  } catch (cause) {
    throw new Error(`${name}_FILE cannot be read`, { cause });
  }
}
