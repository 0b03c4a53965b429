import { createHash } from "node:crypto";

// Every answer is a function of the request alone: the same request gets the same id, text and
// token counts, today and on every machine. That includes `created`, which is one fixed instant.
// How the answer travels (`stream`, `stream_options`) and the order of keys change nothing.

/** 2025-01-01T00:00:00Z */
export const createdAtSeconds = 1_735_689_600;

/** 64 hexadecimal digits that depend on every value given and on nothing else. */
export function fingerprint(...values: readonly unknown[]): string {
  return createHash("sha256").update(JSON.stringify(values, sortedKeys)).digest("hex");
}

/** The answer to `prompt`: quotes its beginning, so that a person sees what was asked, then goes on by `seed`. */
export function answerTokens(prompt: string, seed: string): string[] {
  const words = tokensOf(prompt).slice(0, quotedTokens).join("").trim();
  const opening = words === "" ? "You asked nothing." : `You asked: "${words}".`;
  return tokensOf(`${opening} ${sentence(seed, 0)} ${sentence(seed, 1)}`);
}

/** A stand-in for a tokenizer: a word with the space before it is one token. Joined, they are the text again. */
export function tokensOf(text: string): string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}

const quotedTokens = 12;

const subjects = ["The mock", "This stand-in", "No model", "A deterministic answer", "The CPU"];
const verbs = ["answers", "counts", "repeats", "replies to", "measures"];
const objects = ["the same request alike", "every token", "without a GPU", "each question once", "in its own words"];

function sentence(seed: string, index: number): string {
  const pick = (words: readonly string[], offset: number) => {
    const digits = seed.slice(index * 12 + offset * 4, index * 12 + offset * 4 + 4);
    return words[Number.parseInt(digits, 16) % words.length];
  };
  return `${pick(subjects, 0)} ${pick(verbs, 1)} ${pick(objects, 2)}.`;
}

function sortedKeys(_key: string, value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
