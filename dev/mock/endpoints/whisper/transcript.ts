import { pick, fingerprint } from "../../words/fingerprint.ts";
import { idOf, tokensOf } from "../../words/tokens.ts";

export interface Segment {
  readonly id: number;
  readonly seek: number;
  /** Seconds from the beginning, as `end`. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokens: readonly number[];
  readonly temperature: number;
  readonly avg_logprob: number;
  readonly compression_ratio: number;
  readonly no_speech_prob: number;
}

export interface Word {
  readonly word: string;
  readonly start: number;
  readonly end: number;
}

/** Words that depend on the bytes of a recording: as many as one says in `seconds`, none in silence of no length. */
export function inventedText(sha256: string, seconds: number): string {
  const count = Math.round(seconds * wordsPerSecond);
  const words = Array.from({ length: count }, (_, index) => {
    const seed = index % 16 === 0 ? fingerprint(sha256, index) : fingerprint(sha256, index - (index % 16));
    return vocabulary[pick(seed, index % 16, vocabulary.length)] ?? "";
  });
  return sentences(words).join(" ");
}

/** The text spread over the recording, word by word at an even pace, in pieces of a sentence or of a few seconds. */
export function segmentsOf(text: string, seconds: number, temperature: number): Segment[] {
  const words = wordsOf(text, seconds);
  const groups: Word[][] = [];
  for (const word of words) {
    const group = groups.at(-1);
    const isFull =
      group === undefined ||
      /[.!?]$/.test(group.at(-1)?.word ?? "") ||
      word.end - (group[0]?.start ?? 0) > longestSeconds;
    if (isFull) groups.push([word]);
    else group.push(word);
  }
  return groups.map((group, id) => segment(group, id, temperature));
}

export function wordsOf(text: string, seconds: number): Word[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const at = (index: number) => toCentiseconds((seconds * index) / words.length);
  return words.map((word, index) => ({ word, start: at(index), end: at(index + 1) }));
}

const wordsPerSecond = 2.5;
const longestSeconds = 6;
const vocabulary =
  "the harbour keeps its light and ships come home before night while rain on the hills feeds a river that turns slowly towards the open sea where birds follow boats until morning".split(
    " ",
  );

function segment(group: readonly Word[], id: number, temperature: number): Segment {
  const text = ` ${group.map(({ word }) => word).join(" ")}`;
  const [start, end] = [group[0]?.start ?? 0, group.at(-1)?.end ?? 0];
  return {
    id,
    // Whisper listens in windows of 30 s; `seek` is where the window begins, in hundredths.
    seek: Math.floor(start / 30) * 3000,
    start,
    end,
    text,
    tokens: tokensOf(text).map(idOf),
    temperature,
    avg_logprob: -0.2,
    compression_ratio: 1.2,
    no_speech_prob: 0.01,
  };
}

function sentences(words: readonly string[]): string[] {
  const perSentence = 9;
  const count = Math.ceil(words.length / perSentence);
  return Array.from({ length: count }, (_, index) => {
    const sentence = words.slice(index * perSentence, (index + 1) * perSentence).join(" ");
    return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
  });
}

function toCentiseconds(seconds: number): number {
  return Math.round(seconds * 100) / 100;
}
