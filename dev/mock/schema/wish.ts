import type { JsonObject } from "../http/body.ts";
import { stemsOf } from "../words/words.ts";
import type { Subject } from "./subject.ts";

interface Place {
  readonly subject: Subject;
  readonly name: string;
  readonly index: number;
}

/** The text that a property should have: the answer for what answers, the question for what asks, else what is asked about. */
export function wishFor({ subject, name, index }: Place, schema: JsonObject): string {
  if (typeof schema["default"] === "string" && index === 0) return schema["default"];
  const wish = wishByName(name, subject) || name || "text";
  return index === 0 ? wish : `${wish} ${index + 1}`;
}

const answering = new Set(
  stemsOf("answer text content response reply summary result message explanation reason reasoning"),
);
const asking = new Set(stemsOf("query question search prompt input task request"));

function wishByName(name: string, { question, answer }: Subject): string {
  const words = stemsOf(name.replace(/[_-]+/g, " ").replace(/([a-z])([A-Z])/g, "$1 $2"));
  if (words.some((word) => answering.has(word))) return answer;
  if (words.some((word) => asking.has(word))) return question;
  return namedThing(question) ?? question;
}

/** What stands in quotation marks, else the first run of capitalised words that does not begin a sentence. */
function namedThing(question: string): string | undefined {
  const quoted = /["“”«»„]([^"“”«»„]{1,80})["“”«»„]/u.exec(question)?.[1];
  return quoted ?? /(?<=[\p{Ll}\d,;:]\s)\p{Lu}[\p{L}\d-]+(?:\s\p{Lu}[\p{L}\d-]+)*/u.exec(question)?.[0];
}
