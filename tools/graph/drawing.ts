import type { Box } from "./boxes.ts";
import type { GraphEdge, Group } from "./platform-graph.ts";

/** Everything at its place, in pixels from the upper left corner of the drawing. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly (Rectangle & { readonly group: Group })[];
  readonly boxes: readonly (Rectangle & { readonly box: Box })[];
  readonly lines: readonly Line[];
}

export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Line {
  readonly edge: GraphEdge;
  /** The target's port that it leads to; null: the service as such. */
  readonly port: string | null;
  /** Corners; every piece is horizontal or vertical. */
  readonly points: readonly Point[];
}

/** How often two lines that lead to different services cross: what an eye loses its way at. */
export function crossings({ lines }: Drawing): number {
  const pieces = lines.flatMap((line) =>
    line.points.slice(1).map((to, i) => ({ target: line.edge.to, from: line.points[i] ?? to, to })),
  );
  const horizontal = pieces.filter(({ from, to }) => from.y === to.y);
  const vertical = pieces.filter(({ from, to }) => from.y !== to.y);
  return horizontal.reduce(
    (sum, across) =>
      sum + vertical.filter((upright) => across.target !== upright.target && cross(across, upright)).length,
    0,
  );
}

interface Piece {
  readonly from: Point;
  readonly to: Point;
}

function cross(across: Piece, upright: Piece): boolean {
  const { x } = upright.from;
  const { y } = across.from;
  return isBetween(x, across.from.x, across.to.x) && isBetween(y, upright.from.y, upright.to.y);
}

function isBetween(value: number, a: number, b: number): boolean {
  return value > Math.min(a, b) && value < Math.max(a, b);
}
