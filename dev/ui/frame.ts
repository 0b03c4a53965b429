import type { Paint } from "../../tools/lib/style.ts";
import type { Row, Tone } from "./cells.ts";

// What a terminal is told. https://invisible-island.net/xterm/ctlseqs/ctlseqs.html

const CSI = "\u001b[";

/**
 * A screen of its own, so that what stood there before comes back; no cursor; no line that goes on in the next one, should
 * a terminal hold some character to be wider than it is; and pasted text marked as such, so that it is not taken for keys.
 */
export const ENTER = `${CSI}?1049h${CSI}?25l${CSI}?7l${CSI}?2004h${CSI}2J`;
export const LEAVE = `${CSI}0m${CSI}?2004l${CSI}?7h${CSI}?25h${CSI}?1049l`;

/** What makes one screen of another: only the rows that are different. */
export function changes(before: readonly string[], after: readonly string[]): string {
  return after.flatMap((text, at) => (text === before[at] ? [] : [`${CSI}${at + 1};1H${CSI}2K${text}`])).join("");
}

export function painted({ cells }: Row, paint: Paint): string {
  return cells
    .map(({ text, tone }) => (text.trim() === "" ? text : paintedText(text, tone, paint)))
    .join("")
    .trimEnd();
}

function paintedText(text: string, tone: Tone, paint: Paint): string {
  switch (tone) {
    case "plain":
      return text;
    case "strong":
      return paint("bold", text);
    case "quiet":
      return paint("dim", text);
    case "good":
      return paint("green", text);
    case "bad":
      return paint("red", text);
    case "warning":
      return paint("yellow", text);
    case "accent":
      return paint("cyan", text);
  }
}
