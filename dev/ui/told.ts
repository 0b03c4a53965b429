import type { Turn } from "../core/loop.ts";
import { type Line, linesOf } from "./view.ts";

/**
 * What turns are worth telling, without what was told already: as long as nothing else happens to it, what fails in the
 * same way again and again, because nobody answers, is no news.
 */
export function teller(): (turn: Turn) => Line[] {
  const failed = new Map<string, string>();
  return (turn) => {
    const lines = linesOf(turn);
    const { event } = turn;
    if (event.type === "step-failed") {
      const text = lines.map((line) => `${line.stage} ${line.text}`).join("\n");
      const isKnown = failed.get(event.step.subject) === text;
      failed.set(event.step.subject, text);
      return isKnown ? [] : lines;
    }
    for (const { subject } of lines) failed.delete(subject);
    return lines;
  };
}
