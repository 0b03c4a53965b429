import { cut, widthOf } from "./width.ts";

/** What a text means; how that looks is up to the terminal. */
export type Tone = "plain" | "strong" | "quiet" | "good" | "bad" | "warning" | "accent";

export interface Cell {
  readonly text: string;
  readonly tone: Tone;
}

/** One line of the screen. */
export interface Row {
  readonly cells: readonly Cell[];
  readonly isSelected: boolean;
}

export const EMPTY: Row = { cells: [], isSelected: false };

export function cell(text: string, tone: Tone = "plain"): Cell {
  return { text, tone };
}

export function row(...cells: readonly Cell[]): Row {
  return { cells, isSelected: false };
}

/** What fits, and nothing beyond. */
export function fitted({ cells, isSelected }: Row, columns: number): Row {
  const shown: Cell[] = [];
  let left = columns;
  for (const { text, tone } of cells) {
    const short = cut(text, left);
    if (short !== "") shown.push({ text: short, tone });
    left -= widthOf(text);
    if (left <= 0) break;
  }
  return { cells: shown, isSelected };
}

/** A row with something at its right end, as far as there is room for both. */
export function spread(left: readonly Cell[], right: readonly Cell[], columns: number): Row {
  const gap = columns - widthOfCells(left) - widthOfCells(right);
  return gap < 2 ? row(...left) : row(...left, cell(" ".repeat(gap)), ...right);
}

export function widthOfCells(cells: readonly Cell[]): number {
  return cells.reduce((sum, { text }) => sum + widthOf(text), 0);
}

export function textOfRow({ cells }: Row): string {
  return cells.map(({ text }) => text).join("");
}
