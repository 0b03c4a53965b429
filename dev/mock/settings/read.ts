import { readFileSync } from "node:fs";
import { SettingsError, checkSettings } from "./check.ts";
import { defaults } from "./settings.ts";
import type { Settings } from "./settings.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of an environment. Later wins: built in, MOCK_SETTINGS_FILE, MOCK_SETTINGS (JSON both), the single variables. */
export function readSettings(environment: Environment): Settings {
  const { MOCK_SETTINGS_FILE: file, MOCK_SETTINGS: text } = environment;
  return {
    ...defaults,
    ...(file && parsed(contentOf(file), `MOCK_SETTINGS_FILE (${file})`)),
    ...(text && parsed(text, "MOCK_SETTINGS")),
    ...checkSettings(single(environment), "environment"),
  };
}

/** PORT: 0 takes any free one. */
export function readPort({ PORT: text = "8000" }: Environment): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new SettingsError("environment.PORT", `is ${JSON.stringify(text)}`, "Give a whole number from 0 to 65535.");
}

function single(environment: Environment): unknown {
  const { MOCK_MODELS: models } = environment;
  const names = models?.split(",").map((name) => name.trim());
  const numbers = Object.entries(variables).flatMap(([field, variable]) => {
    const text = environment[variable];
    return text ? [[field, Number(text)]] : [];
  });
  return { ...(names && { models: names.filter((name) => name !== "") }), ...Object.fromEntries(numbers) };
}

const variables = {
  maxModelLen: "MOCK_MAX_MODEL_LEN",
  dimensions: "MOCK_DIMENSIONS",
  latencyMs: "MOCK_LATENCY_MS",
  tokensPerSecond: "MOCK_TOKENS_PER_SECOND",
};

function contentOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new SettingsError(
      "MOCK_SETTINGS_FILE",
      (error as Error).message,
      "Mount the file there, or unset the variable.",
    );
  }
}

function parsed(text: string, source: string): Partial<Settings> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SettingsError(source, `is not JSON: ${(error as Error).message}`, "Write one JSON object of settings.");
  }
  return checkSettings(value, source);
}
