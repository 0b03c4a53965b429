import type { Row } from "../../dev/ui/cells.ts";
import { type Size } from "../../dev/ui/view-state.ts";

/** A screen as it is committed: a frame, so that its size is seen, around what a terminal without colours shows. */
export function screenText(rows: readonly Row[], { columns }: Size): string {
  const lines = rows.map(
    ({ cells }) =>
      `|${cells
        .map(({ text }) => text)
        .join("")
        .trimEnd()}`,
  );
  const frame = `+${"-".repeat(columns)}`;
  return `${[frame, ...lines, frame].join("\n")}\n`;
}
