import { arrange } from "./arrange.ts";
import type { Drawing } from "./drawing.ts";
import { HEADER_HEIGHT, PADDING, type PlacedMark, type Row, SIGN_WIDTH, headingText, TEXT_SIZE } from "./boxes.ts";
import { legend } from "./legend.ts";
import { drawLines } from "./lines.ts";
import { textWidth } from "./measure.ts";
import type { GraphNode, PlatformGraph } from "./platform-graph.ts";
import { SCRAPED, signOf } from "./signs.ts";
import { styleSheet } from "./style.ts";
import { element, escaped } from "./xml.ts";
import { sentences, wrapped } from "./words.ts";

const MARGIN = 28;
const MIN_WIDTH = 640;

/** A picture of the platform that needs nothing but itself: no script, no font, readable on light and dark pages. */
export async function svg(graph: PlatformGraph): Promise<string> {
  const drawing = await arrange(graph);
  const width = Math.max(MIN_WIDTH, Math.ceil(drawing.width) + 2 * MARGIN);
  const about = graph.description === null ? [] : wrapped(graph.description, width - 2 * MARGIN);
  const top = MARGIN + 34 + about.length * 19;
  const explained = legend(graph, width - 2 * MARGIN);
  const bottom = top + Math.ceil(drawing.height) + 28;
  const height = bottom + explained.height + MARGIN;
  const body = [
    element("rect", { class: "page", width, height }),
    element("text", { class: "heading", x: MARGIN, y: MARGIN + 14 }, escaped(graph.title)),
    ...about.map((line, i) => element("text", { class: "about", x: MARGIN, y: MARGIN + 38 + i * 19 }, escaped(line))),
    moved(MARGIN, top, drawn(drawing)),
    moved(MARGIN, bottom, explained.text),
  ];
  const head = [
    element("title", { id: "title" }, escaped(graph.title)),
    element("desc", { id: "desc" }, escaped(sentences(graph).join(" "))),
    element("style", {}, styleSheet()),
  ];
  return `${element(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: "img",
      "aria-labelledby": "title desc",
    },
    `\n${[...head, ...body].join("\n")}\n`,
  )}\n`;
}

/** Lines between groups and boxes: over the ground of a namespace, under every box. */
function drawn({ groups, boxes, lines }: Drawing): string {
  return [...groups.map(drawGroup), ...drawLines(lines), ...boxes.map(drawBox)].join("\n");
}

function drawGroup({ group: { title, note }, x, y, width, height }: Drawing["groups"][number]): string {
  const text = headingText(title);
  return element(
    "g",
    { transform: `translate(${x} ${y})` },
    element("rect", { class: "group", width, height, rx: 10 }),
    element("text", { class: "group-title", x: 14, y: 22 }, escaped(text)),
    note === null ? "" : element("text", { class: "note", x: 14, y: 37 }, escaped(headingText(note))),
  );
}

function drawBox({ box, x, y }: Drawing["boxes"][number]): string {
  const { node, title, subtitle, marks, rows, width, height } = box;
  const classes = ["service", ...marks.map(({ mark }) => `is-${mark.toLowerCase()}`)];
  if (node.kind === "External") classes.push("is-external");
  return element(
    "g",
    { class: classes.join(" "), transform: `translate(${x} ${y})` },
    element("title", {}, escaped(tooltip(node))),
    element("rect", { class: "box", width, height, rx: 7 }),
    element("path", { class: "sign", transform: `translate(${PADDING} 10)`, d: signOf(node.kind) }),
    element("text", { class: "title", x: PADDING + SIGN_WIDTH, y: 21 }, escaped(title)),
    element("text", { class: "subtitle", x: PADDING + SIGN_WIDTH, y: 37 }, escaped(subtitle)),
    ...marks.map(drawMark),
    ...(rows.length === 0 ? [] : [element("path", { class: "rule", d: `M0 ${HEADER_HEIGHT}h${width}` })]),
    ...rows.map((row) => drawRow(row, width)),
  );
}

function tooltip({ title, peers, description }: GraphNode): string {
  const words = [...(peers.length === 0 ? [] : [peers.join(" ")]), ...(description === null ? [] : [description])];
  return [title, ...words].join(": ");
}

function drawMark({ mark, x, width }: PlacedMark): string {
  return element(
    "g",
    { class: mark.toLowerCase() },
    element("rect", { class: "mark", x, y: 27, width, height: 14, rx: 4 }),
    element("text", { class: "mark-text", x: x + width / 2, y: 37.5, "text-anchor": "middle" }, escaped(mark)),
  );
}

function drawRow({ side, text, detail, isScraped, y }: Row, width: number): string {
  const baseline = y + 4;
  if (side === "out")
    return element("text", { class: "row", x: width - PADDING, y: baseline, "text-anchor": "end" }, escaped(text));
  if (side === "text") return element("text", { class: "detail", x: PADDING, y: baseline }, escaped(text));
  const detailX = width - PADDING - textWidth(detail, TEXT_SIZE);
  return [
    element("text", { class: "row", x: PADDING, y: baseline }, escaped(text)),
    element("text", { class: "detail", x: width - PADDING, y: baseline, "text-anchor": "end" }, escaped(detail)),
    isScraped
      ? element("path", { class: "scraped", transform: `translate(${detailX - 16} ${y - 5})`, d: SCRAPED })
      : "",
  ].join("");
}

function moved(x: number, y: number, content: string): string {
  return element("g", { transform: `translate(${x} ${y})` }, content);
}
