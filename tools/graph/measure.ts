// Texts in boxes are monospaced: the common fonts of that sort (SF Mono, Menlo, Consolas, Cascadia, Liberation Mono,
// DejaVu Sans Mono) are at most 0.602 em wide, in bold too, so that a text's width is known where no font can be asked.

export const MONOSPACE =
  "ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', 'DejaVu Sans Mono', monospace";

const LATIN_EM = 0.605;
// Letters that a monospaced font may lack come from another one, with another width.
const OTHER_ALPHABET_EM = 0.9;
// Ideographs and emoji.
const WIDE_EM = 1.4;

/** Width of a monospaced text in pixels: never less than what a browser makes of it. */
export function textWidth(text: string, fontSize: number): number {
  return Array.from(text, advanceEm).reduce((sum, em) => sum + em, 0) * fontSize;
}

/** At most `most` characters; what is left out is left out of the middle, since names differ at both ends. */
export function shortened(text: string, most: number): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const head = Math.ceil((most - 1) / 2);
  return `${characters.slice(0, head).join("")}…${characters.slice(head + 1 - most).join("")}`;
}

function advanceEm(character: string): number {
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint <= 0xff || TYPOGRAPHIC.includes(character)) return LATIN_EM;
  return codePoint < 0x1100 ? OTHER_ALPHABET_EM : WIDE_EM;
}

// En dash, multiplication sign, ellipsis and middle dot: every font has them.
const TYPOGRAPHIC = "–×…·";
