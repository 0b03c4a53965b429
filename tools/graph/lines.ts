import type { Line, Point } from "./drawing.ts";
import { LINE_COLOURS } from "./style.ts";
import { describeEdge } from "./words.ts";
import { element, escaped, rounded } from "./xml.ts";

const CORNER_RADIUS = 6;
const TIP_LENGTH = 7;

/**
 * Lines by where they lead: those to one service have one colour, and join. Under them lies a halo, so that of two
 * lines that cross one passes over the other.
 */
export function drawLines(lines: readonly Line[]): string[] {
  const dependencies = lines.filter(({ edge }) => edge.kind === "dependency");
  const targets = [...new Set(dependencies.map(({ edge }) => edge.to))];
  return [
    ...(["policy", "route"] as const).flatMap((kind) =>
      drawTogether(
        lines.filter(({ edge }) => edge.kind === kind),
        kind,
      ),
    ),
    ...targets.flatMap((target, i) =>
      drawTogether(
        dependencies.filter(({ edge }) => edge.to === target),
        `to-${i % LINE_COLOURS}`,
      ),
    ),
  ];
}

function drawTogether(lines: readonly Line[], colour: string): string[] {
  const halo = lines.map(({ points }) => roundedPath(points)).join("");
  return lines.length === 0
    ? []
    : [element("path", { class: "halo", d: halo }), ...lines.map((line) => drawLine(line, colour))];
}

function drawLine({ edge, port, points }: Line, colour: string): string {
  return element(
    "g",
    { class: ["edge", colour, ...(port === null ? ["start-order"] : [])].join(" ") },
    element("title", {}, escaped(describeEdge(edge))),
    element("path", { class: "line", d: roundedPath(points) }),
    tip(points.at(-2) ?? ORIGIN, points.at(-1) ?? ORIGIN),
  );
}

const ORIGIN: Point = { x: 0, y: 0 };

/** Straight pieces with rounded corners; a corner between short pieces is rounded less. */
function roundedPath(points: readonly Point[]): string {
  return points
    .map((point, i) => {
      const [before, after] = [points[i - 1], points[i + 1]];
      if (!before) return `M${at(point)}`;
      if (!after) return `L${at(point)}`;
      const radius = Math.min(CORNER_RADIUS, distance(before, point) / 2, distance(point, after) / 2);
      return `L${at(towards(point, before, radius))}Q${at(point)} ${at(towards(point, after, radius))}`;
    })
    .join("");
}

function tip(from: Point, to: Point): string {
  const base = towards(to, from, TIP_LENGTH);
  const [dx, dy] = [((to.y - base.y) * 3.5) / TIP_LENGTH, ((to.x - base.x) * 3.5) / TIP_LENGTH];
  const corners = [to, { x: base.x - dx, y: base.y + dy }, { x: base.x + dx, y: base.y - dy }];
  return element("path", { class: "tip", d: `M${corners.map(at).join("L")}z` });
}

function towards(from: Point, to: Point, length: number): Point {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * length) / whole, y: from.y + ((to.y - from.y) * length) / whole };
}

/** Along the axes: no piece is oblique. */
function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function at({ x, y }: Point): string {
  return `${rounded(x)} ${rounded(y)}`;
}
