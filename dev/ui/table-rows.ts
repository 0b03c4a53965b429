import type { Row } from "./cells.ts";
import { findingInRows } from "./finding-rows.ts";
import { type Status, isTroubled } from "./status.ts";
import { columnsFor, headRow, statusRow } from "./table.ts";
import type { Scene, Size, View } from "./view-state.ts";

/**
 * The order in which they are shown on a screen of so many rows: where they may not all be seen at once, the troubled come
 * first. Elsewhere a row stays in its place, whatever happens to it.
 */
export function inOrder(statuses: readonly Status[], rows: number): readonly Status[] {
  const isCrowded = statuses.length > ((rows - 4) * 2) / 3;
  return isCrowded ? statuses.toSorted((a, b) => Number(isTroubled(b)) - Number(isTroubled(a))) : statuses;
}

/** The row that keys are about; null when there is none. What has gone is no longer selected. */
export function selectedOf(statuses: readonly Status[], { selected }: View): Status | null {
  return statuses.find(({ subject }) => subject === selected) ?? statuses[0] ?? null;
}

/** The table in at most so many rows, what is wrong below each of its rows. The selected one is always in view. */
export function tableRows(scene: Scene, statuses: readonly Status[], { columns, rows }: Size): Row[] {
  const widths = columnsFor(scene, statuses, columns);
  const head = rows >= 4 ? [headRow(widths)] : [];
  const room = rows - head.length;
  const selected = selectedOf(statuses, scene.extras.view);
  const draw = (status: Status): Row => statusRow(scene, status, widths, status === selected);
  if (statuses.length <= room) return [...head, ...withFindings(statuses, draw, columns, room)];
  // Whatever else is left out, the first errors are told.
  const told = room < 4 ? 0 : Math.min(2 * statuses.filter(isTroubled).length, Math.max(2, Math.floor(room / 3)));
  const shown = inView(statuses, selected, room - told);
  const isTold = shown.some(isTroubled);
  return [...head, ...withFindings(isTold ? shown : inView(statuses, selected, room), draw, columns, room)];
}

/** So many of them that the selected one is seen, from the beginning where possible. */
function inView(statuses: readonly Status[], selected: Status | null, rows: number): readonly Status[] {
  const at = selected === null ? 0 : statuses.indexOf(selected);
  const from = Math.max(0, at - rows + 1);
  return statuses.slice(from, from + rows);
}

/** Rows that are left go to errors: two for each that there is, from the top, and then as many as each needs. */
function withFindings(
  statuses: readonly Status[],
  draw: (status: Status) => Row,
  columns: number,
  room: number,
): Row[] {
  let left = room - statuses.length;
  const least = new Map<Status, number>();
  for (const status of statuses.filter(isTroubled)) {
    const rows = Math.min(left, 2);
    least.set(status, rows);
    left -= rows;
  }
  return statuses.flatMap((status) => {
    const [finding] = status.findings.slice(-1);
    if (!finding) return [draw(status)];
    const shown = findingInRows(finding, columns, (least.get(status) ?? 0) + left);
    left -= Math.max(0, shown.length - (least.get(status) ?? 0));
    return [draw(status), ...shown];
  });
}
