import { stripVTControlCharacters } from "node:util";
import stringWidth from "string-width";

// How many columns of a terminal a text takes. What people see as one character may be many code points and two columns
// wide: nothing is ever cut in the middle of one.

const ASCII = /^[ -~]*$/;
// What moves the cursor, turns the direction of writing, or cannot be written at all.
const UNPRINTABLE = /[\p{Cc}\u00ad\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu;
const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });

export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : stringWidth(text);
}

/** One line without anything that a terminal would take for an order: whatever programs print is shown, and not obeyed. */
export function printable(text: string): string {
  if (ASCII.test(text)) return text;
  const plain = stripVTControlCharacters(text)
    .replaceAll("\t", "    ")
    .replaceAll(/\s*[\r\n]+\s*/g, " ");
  return plain.replaceAll(UNPRINTABLE, "").replaceAll(/\p{Surrogate}/gu, "\ufffd");
}

/** The beginning of a text, with `…` where something is missing. */
export function cut(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text;
  return columns <= 0 ? "" : `${head(text, columns - 1)}…`;
}

/** Cut or filled up to exactly so many columns. */
export function pad(text: string, columns: number, side: "left" | "right" = "right"): string {
  const short = cut(text, columns);
  const fill = (blanks: number): string => (side === "right" ? short + " ".repeat(blanks) : " ".repeat(blanks) + short);
  const filled = fill(Math.max(0, columns - widthOf(short)));
  // Some letters of Malayalam and other scripts make one character with the blank that follows them.
  const lost = columns - widthOf(filled);
  return lost > 0 ? fill(columns - widthOf(short) + lost) : filled;
}

/** Lines of at most so many columns, broken between words where that is possible. */
export function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (widthOf(longer) <= columns) {
      line = longer;
      continue;
    }
    if (line !== "") lines.push(line);
    const [last = "", ...pieces] = broken(word, columns).toReversed();
    lines.push(...pieces.toReversed());
    line = last;
  }
  return [...lines, line];
}

function broken(word: string, columns: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (widthOf(rest) > columns) {
    // One column has no room for a wide character.
    const piece = head(rest, columns);
    if (piece === "") return [...pieces, cut(rest, columns)];
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return [...pieces, rest];
}

/** As much of the beginning as fits. */
function head(text: string, columns: number): string {
  if (ASCII.test(text)) return text.slice(0, Math.max(0, columns));
  let taken = "";
  let left = columns;
  for (const { segment } of graphemes.segment(text)) {
    left -= widthOf(segment);
    if (left < 0) break;
    taken += segment;
  }
  return taken;
}
