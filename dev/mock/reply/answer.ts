import { passagesOf, quote } from "../words/passages.ts";
import { pick } from "../words/fingerprint.ts";
import { questionOf } from "./conversation.ts";
import type { Message } from "./conversation.ts";

/**
 * The answer in words. Where the messages hold numbered passages: the sentence that fits best and its number. After a
 * tool: what it answered. Else the beginning of what was asked, so that a person sees it, and two sentences by `seed`.
 */
export function answerTo(messages: readonly Message[], seed: string): string {
  const found = messages.map(({ text }) => passagesOf(text));
  const passages = found.flatMap((one) => one.passages);
  const last = messages.at(-1);
  if (passages.length > 0) return quote(passages, questionWithoutPassages(messages)) ?? nothingFits;
  if (last?.role === "tool") return `The tool answered: ${excerpt(last.text, 60)}`;
  const asked = excerpt(questionOf(messages), 12);
  const opening = asked === "" ? "You asked nothing." : `You asked: "${asked}".`;
  return `${opening} ${sentence(seed, 0)} ${sentence(seed, 3)}`;
}

const nothingFits = "None of the passages answers this.";

function questionWithoutPassages(messages: readonly Message[]): string {
  const question = questionOf(messages);
  const { rest } = passagesOf(question);
  return rest === "" ? question : rest;
}

function excerpt(text: string, words: number): string {
  return (text.match(/\s*\S+/g) ?? []).slice(0, words).join("").trim();
}

const subjects = ["The mock", "This stand-in", "No model", "A deterministic answer", "The CPU"];
const verbs = ["answers", "counts", "repeats", "replies to", "measures"];
const objects = ["the same request alike", "every token", "without a GPU", "each question once", "in its own words"];

function sentence(seed: string, position: number): string {
  const [subject, verb, object] = [subjects, verbs, objects].map(
    (words, index) => words[pick(seed, position + index, words.length)],
  );
  return `${subject} ${verb} ${object}.`;
}
