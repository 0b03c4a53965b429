// A stand-in for a tokenizer that needs no vocabulary: a word with the space before it, cut into pieces of at most six
// bytes, whole characters each. Six bytes fit into a number that JSON carries exactly, so an id says its text.

const pieceBytes = 6;
const encoder = new TextEncoder();

/** Joined, they are the text again. */
export function tokensOf(text: string): string[] {
  return (text.match(/\s*\S+|\s+$/g) ?? []).flatMap(pieces);
}

/** The same, one after the other: those of a long text take more memory than the text. */
export function* eachToken(text: string): Iterable<string> {
  for (const [word] of text.matchAll(/\s*\S+|\s+$/g)) yield* pieces(word);
}

export function countTokens(text: string): number {
  let count = 0;
  for (const [word] of text.matchAll(/\s*\S+|\s+$/g)) count += pieces(word).length;
  return count;
}

/** Bijective: no two tokens share an id, and `textOf` turns it back. At least 1, below 2^49. */
export function idOf(token: string): number {
  return encoder.encode(token).reduce((id, byte) => id * 256 + byte + 1, 0);
}

/** What `idOf` made of a token. An id it cannot have made gives replacement characters, as a broken token would. */
export function textOf(ids: readonly number[]): string {
  return Buffer.from(ids.flatMap(bytesOf)).toString("utf8");
}

function bytesOf(id: number): number[] {
  const bytes: number[] = [];
  for (let rest = id; rest > 0; rest = Math.floor((rest - 1) / 256)) bytes.unshift((rest - 1) % 256);
  return bytes;
}

function pieces(word: string): string[] {
  if (word.length <= 2) return [word];
  const all: string[] = [];
  let piece = "";
  let size = 0;
  for (const character of word) {
    const bytes = byteLength(character);
    if (size + bytes > pieceBytes) {
      all.push(piece);
      piece = "";
      size = 0;
    }
    piece += character;
    size += bytes;
  }
  all.push(piece);
  return all;
}

function byteLength(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x80) return 1;
  if (code < 0x800) return 2;
  return code < 0x1_00_00 ? 3 : 4;
}
