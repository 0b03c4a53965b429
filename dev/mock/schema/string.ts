import type { JsonObject } from "../http/body.ts";
import { compiled, stringMatching } from "./pattern.ts";

/** A text that a string schema accepts; `wish` itself when it does. Length counts code points, as JSON Schema says. */
export function stringFor(schema: JsonObject, wish: string): string {
  const { format, pattern } = schema;
  if (typeof pattern === "string") return matching(pattern, wish, schema);
  if (typeof format === "string" && format in formats) return formats[format] ?? wish;
  return fitted(wish, schema);
}

// What a format looks like; one that is not here is not checked by most validators either.
const formats: Readonly<Record<string, string>> = {
  "date-time": "2025-01-01T00:00:00Z",
  date: "2025-01-01",
  time: "00:00:00Z",
  duration: "P1D",
  email: "someone@example.com",
  hostname: "example.com",
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  uri: "https://example.com/",
  "uri-reference": "/",
  url: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function matching(pattern: string, wish: string, schema: JsonObject): string {
  const expression = compiled(pattern);
  // What JavaScript cannot read as an expression, nobody here can keep to.
  if (expression === undefined) return fitted(wish, schema);
  const isRight = expression.test(wish) && fitted(wish, schema) === wish;
  return isRight ? wish : stringMatching(pattern, lengthsOf(schema).least);
}

function fitted(wish: string, schema: JsonObject): string {
  const { least, most } = lengthsOf(schema);
  const characters = Array.from(wish).slice(0, most);
  const trimmed = characters.join("").trim();
  if (Array.from(trimmed).length >= least) return trimmed;
  return characters.join("") + "x".repeat(Math.max(0, least - characters.length));
}

function lengthsOf({ minLength, maxLength }: JsonObject): { least: number; most: number } {
  return {
    least: typeof minLength === "number" ? minLength : 0,
    most: typeof maxLength === "number" ? maxLength : 4096,
  };
}
