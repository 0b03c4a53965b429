import { shared, topicsOf } from "./words.ts";

export interface Passage {
  readonly number: number;
  readonly text: string;
}

/**
 * The numbered passages of a text and what is left without them. A passage begins a line with `[1]` and ends before the
 * next such line; the last one ends at an empty line, so that a question may follow it.
 */
export function passagesOf(text: string): { passages: Passage[]; rest: string } {
  const starts = [...text.matchAll(/^[ \t]*\[(\d{1,4})\][ \t:]*/gm)];
  const first = starts[0];
  if (first === undefined) return { passages: [], rest: text };
  let end = first.index;
  const passages = starts.map((start, position) => {
    const from = start.index + start[0].length;
    const next = starts[position + 1]?.index;
    end = next ?? endOfParagraph(text, from);
    return { number: Number(start[1]), text: text.slice(from, end).trim() };
  });
  return { passages, rest: `${text.slice(0, first.index)}\n${text.slice(end)}`.trim() };
}

/**
 * The sentence of the passages that answers the question best, with the number of its passage: `It is blue. [2]`.
 * A shared word counts more the fewer passages have it; of equals, the first. Undefined when no word is shared.
 */
export function quote(passages: readonly Passage[], question: string): string | undefined {
  const asked = topicsOf(question);
  const topics = passages.map(({ text }) => topicsOf(text));
  const scores = topics.map((words) =>
    [...asked].filter((word) => words.has(word)).reduce((sum, word) => sum + 1 / holders(topics, word), 0),
  );
  const best = passages[indexOfMost(scores)];
  return best === undefined ? undefined : `${bestSentence(best.text, asked)} [${best.number}]`;
}

function bestSentence(text: string, asked: ReadonlySet<string>): string {
  const sentences = text.replace(/\s+/g, " ").match(/.+?(?:[.!?](?=\s|$)|$)/g) ?? [text];
  return (sentences[indexOfMost(sentences.map((sentence) => shared(topicsOf(sentence), asked)))] ?? text).trim();
}

/** The index of the first of the greatest; -1 when none is above zero. */
function indexOfMost(scores: readonly number[]): number {
  const most = Math.max(0, ...scores);
  return most === 0 ? -1 : scores.indexOf(most);
}

function holders(topics: readonly ReadonlySet<string>[], word: string): number {
  return topics.filter((words) => words.has(word)).length;
}

function endOfParagraph(text: string, from: number): number {
  const length = text.slice(from).search(/\n[ \t]*\n/);
  return length === -1 ? text.length : from + length;
}
