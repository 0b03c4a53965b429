import { EMPTY, type Row, cell, row } from "./cells.ts";
import { pad, wrap } from "./width.ts";

const WIDTH = 11;

export const KEYS: readonly (readonly [key: string, short: string, long: string])[] = [
  ["↑ ↓", "select", "select a service (also j and k)"],
  ["enter", "detail", "all about the selected one: errors in full, images, ports, objects"],
  ["l", "logs", "log as large as the screen, closed, or below the table"],
  ["tab", "", "whose lines: the loop's, the selected service's, the builds'"],
  ["PgUp PgDn", "", "scroll the log or the details"],
  ["r", "rebuild", "build the selected one's image anew, with nothing from the cache"],
  ["s", "restart", "replace the pods of the selected one (also R)"],
  ["d", "disable", "take away its pods, or give them back"],
  ["p", "pause", "begin nothing new, or go on"],
  ["o", "open", "open its address in the browser"],
  ["ctrl-L", "", "draw the screen anew"],
  ["ctrl-Z", "", "back to the shell; fg returns here"],
  ["q", "quit", "end the session; a second time: at once (also ctrl-C)"],
];

export function helpRows(columns: number): Row[] {
  const keys = KEYS.flatMap(([key, , long]) => keyRows(key, long, columns));
  const signs = "✓ ready  ✗ failed  ! trouble that may pass  • at work  · waits  = paused  - disabled";
  return [
    row(cell("Keys", "strong")),
    ...keys,
    EMPTY,
    ...wrap(signs, columns - 2).map((line) => row(cell(`  ${line}`, "quiet"))),
  ];
}

function keyRows(key: string, long: string, columns: number): Row[] {
  const lines = wrap(long, Math.max(1, columns - WIDTH - 2));
  return lines.map((line, at) => row(cell(`  ${pad(at === 0 ? key : "", WIDTH)}`, "accent"), cell(line)));
}
