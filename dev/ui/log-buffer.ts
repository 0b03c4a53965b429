import type { LogLine } from "./view-state.ts";
import { printable } from "./width.ts";

/** The last lines, oldest first. What is longer than anybody reads is cut. */
export interface LogBuffer {
  readonly lines: readonly LogLine[];
  add(line: LogLine): void;
  clear(): void;
}

const MAX_LINES = 2000;
const MAX_CHARACTERS = 4000;

export function logBuffer(): LogBuffer {
  const lines: LogLine[] = [];
  return {
    lines,
    add({ from, text, tone }) {
      lines.push({ from: printable(from), text: printable(text.slice(0, MAX_CHARACTERS)), tone });
      // Not one by one: that would move all of them for each line that comes.
      if (lines.length > 2 * MAX_LINES) lines.splice(0, MAX_LINES);
    },
    clear: () => void lines.splice(0),
  };
}
