import { isObject } from "../http/body.ts";
import type { JsonObject } from "../http/body.ts";
import type { Settings } from "./settings.ts";

/** A setting that cannot be: what, where, and what to do. */
export class SettingsError extends Error {
  readonly code = "MOCK_SETTINGS";
  readonly where: string;
  readonly fix: string;

  constructor(where: string, message: string, fix: string) {
    super(message);
    this.name = "SettingsError";
    this.where = where;
    this.fix = fix;
  }
}

type Check = (value: unknown, where: string) => void;

/** Settings without what is not given. Throws a `SettingsError`; `source` is what the user knows it by. */
export function checkSettings(value: unknown, source: string): Partial<Settings> {
  settings(value, source);
  const given = value as Partial<Settings>;
  // `when` may be left out where every request is meant.
  return given.rules === undefined
    ? given
    : { ...given, rules: given.rules.map((rule) => ({ ...rule, when: rule.when ?? {} })) };
}

const text: Check = (value, where) => {
  if (typeof value !== "string" || value === "") throw wrong(where, value, "a text that is not empty");
};

const list =
  (item: Check): Check =>
  (value, where) => {
    if (!Array.isArray(value)) throw wrong(where, value, "a list");
    for (const [index, element] of value.entries()) item(element, `${where}[${index}]`);
  };

const number =
  (least: number, most: number, isWhole = true): Check =>
  (value, where) => {
    const isRight =
      typeof value === "number" && value >= least && value <= most && (!isWhole || Number.isInteger(value));
    if (!isRight) throw wrong(where, value, `a ${isWhole ? "whole " : ""}number from ${least} to ${most}`);
  };

const yes: Check = (value, where) => {
  if (value !== true) throw wrong(where, value, "true");
};

const anyObject: Check = (value, where) => {
  if (!isObject(value)) throw wrong(where, value, "an object");
};

const object =
  (fields: Readonly<Record<string, Check>>, required: readonly string[] = []): Check =>
  (value, where) => {
    anyObject(value, where);
    for (const [name, element] of Object.entries(value as JsonObject)) {
      const check = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (check === undefined) throw unknown(`${where}.${name}`, Object.keys(fields));
      check(element, `${where}.${name}`);
    }
    const missing = required.find((name) => !Object.hasOwn(value as JsonObject, name));
    if (missing !== undefined) throw new SettingsError(where, `${missing} is missing`, `Add "${missing}".`);
  };

const failures: readonly Check[] = [
  object({ status: number(400, 599), message: text, retryAfterSeconds: number(0, 86_400) }, ["status"]),
  object({ timeout: yes }, ["timeout"]),
  object({ dropAfterFrames: number(0, 1_000_000) }, ["dropAfterFrames"]),
];

const failure: Check = (value, where) => {
  anyObject(value, where);
  const kinds = ["status", "timeout", "dropAfterFrames"];
  const kind = kinds.findIndex((name) => Object.hasOwn(value as JsonObject, name));
  if (kind === -1) throw new SettingsError(where, "says not how to fail", `Give one of ${kinds.join(", ")}.`);
  failures[kind]?.(value, where);
};

const pace = { latencyMs: number(0, 3_600_000, false), tokensPerSecond: number(0, 1_000_000, false) };

const settings = object({
  models: (value, where) => {
    list(text)(value, where);
    if ((value as readonly string[]).length === 0) throw wrong(where, value, "a list of at least one name");
  },
  maxModelLen: number(16, 10_000_000),
  dimensions: number(8, 16_384),
  ...pace,
  rules: list(
    object({
      when: object({ path: text, model: text, contains: text, fileName: text, sha256: text }),
      answer: (value, where) => {
        if (typeof value !== "string") throw wrong(where, value, "a text");
      },
      toolCalls: list(object({ name: text, arguments: anyObject }, ["name", "arguments"])),
      failure,
      times: number(1, 1_000_000),
      ...pace,
    }),
  ),
});

function wrong(where: string, value: unknown, expected: string): SettingsError {
  return new SettingsError(where, `is ${JSON.stringify(value)?.slice(0, 80)}`, `Give ${expected}.`);
}

function unknown(where: string, known: readonly string[]): SettingsError {
  return new SettingsError(where, "is no setting", `Take one of ${known.join(", ")}.`);
}
