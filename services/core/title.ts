const longest = 80;
const graphemes = new Intl.Segmenter();

/** What a conversation is called after its first question: its beginning, on one line, cut between words, at most 80 characters. */
export function titleOf(question: string): string {
  const line = question.trim().replace(/\s+/g, " ");
  const characters = Array.from(graphemes.segment(line.slice(0, 1_000)), ({ segment }) => segment);
  if (characters.length <= longest) return line;
  const start = characters.slice(0, longest - 1).join("");
  return `${start.replace(/ \S*$/, "")}…`;
}
