/**
 * A short text that a regular expression matches: of alternatives the first, of repetitions the fewest, or enough for
 * `leastLength`. Knows literals, classes, groups, `|`, anchors and quantifiers; look-around and back-references it
 * passes over, so such a pattern may be missed.
 */
export function stringMatching(pattern: string, leastLength = 0): string {
  const shortest = alternatives({ pattern, at: 0, spare: 0 });
  if (shortest.length >= leastLength) return shortest;
  return alternatives({ pattern, at: 0, spare: leastLength - shortest.length });
}

/** JSON Schema means Unicode; many patterns are written for expressions without it. Undefined when it is none at all. */
export function compiled(pattern: string): RegExp | undefined {
  for (const flags of ["u", ""]) {
    try {
      return new RegExp(pattern, flags);
    } catch {
      continue;
    }
  }
  return undefined;
}

interface Reading {
  readonly pattern: string;
  at: number;
  /** Characters still wanted, which the first repetition that may take more takes. */
  spare: number;
}

function alternatives(reading: Reading): string {
  const first = sequence(reading);
  while (take(reading, "|")) sequence(reading);
  return first;
}

function sequence(reading: Reading): string {
  let text = "";
  while (reading.at < reading.pattern.length && !"|)".includes(peek(reading))) text += repeated(reading, atom(reading));
  return text;
}

function atom(reading: Reading): string {
  if (take(reading, "(")) return group(reading);
  if (take(reading, "[")) return characterClass(reading);
  const character = next(reading);
  if (character === "\\") return escaped(next(reading));
  if ("^$".includes(character)) return "";
  return character === "." ? "a" : character;
}

function group(reading: Reading): string {
  const isLookAround = /^\?<?[=!]/.test(reading.pattern.slice(reading.at));
  const head = /^\?(?::|<?[=!]|<\w+>)/.exec(reading.pattern.slice(reading.at))?.[0] ?? "";
  reading.at += head.length;
  const text = alternatives(reading);
  take(reading, ")");
  return isLookAround ? "" : text;
}

// The first member; of a negated class the first of a few characters that is none.
function characterClass(reading: Reading): string {
  const from = reading.at - 1;
  const isNegated = take(reading, "^");
  const first = peek(reading) === "\\" ? escaped(reading.pattern[reading.at + 1] ?? "") : peek(reading);
  while (reading.at < reading.pattern.length && !take(reading, "]")) if (next(reading) === "\\") next(reading);
  if (!isNegated) return first;
  const set = compiled(`^${reading.pattern.slice(from, reading.at)}$`);
  return ["a", "A", "0", " ", "-", "_", ".", "é"].find((character) => set?.test(character)) ?? "a";
}

function repeated(reading: Reading, text: string): string {
  const [least, most] = bounds(reading);
  take(reading, "?");
  const more = text === "" ? 0 : Math.min(most - least, Math.ceil(reading.spare / text.length));
  reading.spare -= more * text.length;
  return text.repeat(least + more);
}

function bounds(reading: Reading): [number, number] {
  if (take(reading, "*")) return [0, Infinity];
  if (take(reading, "+")) return [1, Infinity];
  if (take(reading, "?")) return [0, 1];
  const braces = /^\{(\d+)(,?)(\d*)\}/.exec(reading.pattern.slice(reading.at));
  if (braces === null) return [1, 1];
  const [all, least, comma, most] = braces;
  reading.at += all.length;
  if (comma === "") return [Number(least), Number(least)];
  return [Number(least), most === "" ? Infinity : Number(most)];
}

function peek({ pattern, at }: Reading): string {
  return pattern[at] ?? "";
}

function next(reading: Reading): string {
  const character = peek(reading);
  reading.at += 1;
  return character;
}

function take(reading: Reading, character: string): boolean {
  if (peek(reading) !== character) return false;
  reading.at += 1;
  return true;
}

function escaped(character: string): string {
  return Object.hasOwn(classes, character) ? (classes[character] ?? "") : character;
}

const classes: Readonly<Record<string, string>> = {
  d: "0",
  w: "a",
  s: " ",
  D: "a",
  W: "-",
  S: "a",
  n: "\n",
  t: "\t",
  r: "\r",
  b: "",
  B: "",
};
