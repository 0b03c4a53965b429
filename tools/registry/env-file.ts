import { parseEnv } from "node:util";

/** `NAME=value` lines, as Compose and docker read them: comments, quotes, `export`. Nothing is expanded. */
export function parseEnvFile(text: string): Record<string, string> {
  return parseEnv(text) as Record<string, string>;
}
