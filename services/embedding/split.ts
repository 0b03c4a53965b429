/**
 * Cuts a text into passages of at most `maxLength` characters, which cover all of it. A passage ends, in its second half,
 * with a paragraph, else a sentence, else a word; the next begins with the words of its last `overlap` characters (less
 * than half of `maxLength`), so that what stands at a cut can be found in one piece. No character is cut.
 */
export function splitText(text: string, maxLength: number, overlap: number): string[] {
  const upTo = `[^]{${Math.ceil(maxLength / 2)},${maxLength}}`;
  const ends = ["\\n\\r?\\n", "[.!?…][\"')\\]»”]?\\s", "\\s"].map((end) => `${upTo}(?<=${end})`);
  // The first that matches is taken: what is left when it is short enough, and a cut anywhere when there is no better.
  const next = new RegExp([`[^]{1,${maxLength}}$`, ...ends, `[^]{${maxLength}}`].join("|"), "uy");
  const passages: string[] = [];
  while (next.lastIndex < text.length) {
    const [passage = ""] = next.exec(text) ?? [];
    passages.push(passage);
    const [lastWords = ""] = /(?<=\s)\S[^]*/.exec(passage.slice(-overlap - 1)) ?? [];
    if (next.lastIndex < text.length) next.lastIndex -= lastWords.length;
  }
  return passages;
}
