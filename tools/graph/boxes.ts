import { shortened, textWidth } from "./measure.ts";
import type { GraphNode, Group, Mark } from "./platform-graph.ts";

// How large a box is and what stands where in it; in pixels, from its upper left corner.

export const TITLE_SIZE = 13;
export const TEXT_SIZE = 11;
export const MARK_SIZE = 10;
export const HEADING_SIZE = 12;
export const HEADING_HEIGHT = 34;
export const PADDING = 10;
/** Height of the part above the rows. */
export const HEADER_HEIGHT = 46;
export const ROW_HEIGHT = 20;
/** Room for the sign of a kind, left of a title. */
export const SIGN_WIDTH = 20;

const LEAVING_MARGIN = 14;
const LEAVING_GAP = 8;
const ROWS_PADDING = 6;
const COLUMN_GAP = 14;
const MARK_PADDING = 5;
const MIN_WIDTH = 124;
const MOST_CHARACTERS = 34;

export interface Box {
  readonly node: GraphNode;
  readonly title: string;
  readonly width: number;
  readonly height: number;
  /** Kind and amount, under the title. */
  readonly subtitle: string;
  readonly marks: readonly PlacedMark[];
  readonly rows: readonly Row[];
}

export interface PlacedMark {
  readonly mark: Mark;
  readonly x: number;
  readonly width: number;
}

/** A port, where lines come in on the left; a path, where they go out on the right; or words about the whole box. */
export interface Row {
  readonly side: "in" | "out" | "text";
  readonly name: string;
  readonly text: string;
  readonly detail: string;
  readonly isScraped: boolean;
  /** Of its middle. */
  readonly y: number;
}

/** Boxes of one group are equally wide. */
export function alike(boxes: readonly Box[]): Box[] {
  const width = Math.max(0, ...boxes.map((box) => box.width));
  return boxes.map((box) => ({ ...box, width, marks: placeMarks(box.node.marks, width) }));
}

/** `leaving`: how many lines leave it for others' ports; they stand apart on its right side. */
export function boxOf(node: GraphNode, leaving: number): Box {
  const title = shortened(node.title, MOST_CHARACTERS);
  const subtitle = [node.kind, node.amount].filter((word) => word !== null).join(" ");
  const rows = rowsOf(node);
  const width = Math.ceil(
    Math.max(MIN_WIDTH, SIGN_WIDTH + textWidth(title, TITLE_SIZE), headerWidth(node, subtitle), ...rows.map(rowWidth)) +
      2 * PADDING,
  );
  const rowsHeight = rows.length === 0 ? 0 : rows.length * ROW_HEIGHT + 2 * ROWS_PADDING;
  const height = Math.max(HEADER_HEIGHT + rowsHeight, 2 * LEAVING_MARGIN + (leaving - 1) * LEAVING_GAP);
  return { node, title, width, height, subtitle, marks: placeMarks(node.marks, width), rows };
}

/** Where the lines of a box leave it, from top to bottom; whole pixels, or the layout would draw them a little oblique. */
export function leavingAt({ height }: Box, leaving: number): number[] {
  const gap = Math.min(12, (height - 2 * LEAVING_MARGIN) / Math.max(1, leaving - 1));
  return Array.from({ length: leaving }, (_, i) => Math.round(height / 2 + (i - (leaving - 1) / 2) * gap));
}

/** The least that a group needs for its heading; the boxes within it mostly need more. */
export function groupSize({ title, note }: Group): { readonly width: number; readonly height: number } {
  const [first, second] = [textWidth(headingText(title), HEADING_SIZE), textWidth(headingText(note ?? ""), TEXT_SIZE)];
  return { width: Math.ceil(Math.max(first, second)) + 28, height: HEADING_HEIGHT + (note === null ? 0 : 10) };
}

export function headingText(text: string): string {
  return shortened(text, 48);
}

function rowsOf({ peers, ports, paths }: GraphNode): Row[] {
  const plain = { detail: "", isScraped: false };
  const rows = [
    ...peers.map((name) => ({ side: "text" as const, name, text: shortened(name, MOST_CHARACTERS), ...plain })),
    ...ports.map(({ name, detail, isScraped }) => ({ side: "in" as const, name, text: name, detail, isScraped })),
    ...paths.map((name) => ({ side: "out" as const, name, text: shortened(name, MOST_CHARACTERS), ...plain })),
  ];
  return rows.map((row, i) => ({ ...row, y: HEADER_HEIGHT + ROWS_PADDING + (i + 0.5) * ROW_HEIGHT }));
}

function rowWidth({ text, detail, isScraped }: Row): number {
  return (
    textWidth(text, TEXT_SIZE) + (detail === "" ? 0 : COLUMN_GAP + textWidth(detail, TEXT_SIZE)) + (isScraped ? 16 : 0)
  );
}

function headerWidth({ marks }: GraphNode, subtitle: string): number {
  return SIGN_WIDTH + textWidth(subtitle, TEXT_SIZE) + marks.reduce((sum, mark) => sum + markWidth(mark) + 4, 8);
}

/** Right-aligned, beside the subtitle. */
function placeMarks(marks: readonly Mark[], boxWidth: number): PlacedMark[] {
  const placed: PlacedMark[] = [];
  let right = boxWidth - PADDING;
  for (const mark of marks.toReversed()) {
    placed.unshift({ mark, x: right - markWidth(mark), width: markWidth(mark) });
    right -= markWidth(mark) + 4;
  }
  return placed;
}

function markWidth(mark: Mark): number {
  return Math.ceil(textWidth(mark, MARK_SIZE) + 2 * MARK_PADDING);
}
