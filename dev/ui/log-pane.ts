import { type Cell, type Row, cell, row } from "./cells.ts";
import type { LogLine, LogSource, Scene } from "./view-state.ts";
import { cut, pad, widthOf, wrap } from "./width.ts";

const SOURCES: readonly LogSource[] = ["loop", "service", "builds"];

/** A title and the newest lines: exactly `rows` of them. `isWhole`: long lines go on in the next row instead of being cut. */
export function logPane(scene: Scene, service: string | null, columns: number, rows: number, isWhole: boolean): Row[] {
  const { source, scroll } = scene.extras.view;
  const lines = scene.extras.logs[source];
  const back = Math.min(scroll, Math.max(0, lines.length - 1));
  const room = rows - 1;
  // As many as may be needed: each takes a row at least.
  const newest = lines.slice(Math.max(0, lines.length - back - room), lines.length - back);
  const width = fromWidth(newest, source, columns);
  const shown = newest.flatMap((line) => lineRows(line, width, columns, isWhole)).slice(-room);
  const filler = lines.length === 0 ? [row(cell(`  ${nothingYet(source, service)}`, "quiet"))] : [];
  return [titleRow(source, service, back, columns), ...filler, ...shown].slice(0, rows);
}

export function nextSource(source: LogSource): LogSource {
  return SOURCES[(SOURCES.indexOf(source) + 1) % SOURCES.length] ?? "loop";
}

/** `── core ── tab: builds, loop ─────` */
function titleRow(source: LogSource, service: string | null, back: number, columns: number): Row {
  const others = SOURCES.filter((one) => one !== source).map((one) => nameOf(one, service));
  const title = [
    cell("── ", "quiet"),
    cell(nameOf(source, service), "strong"),
    cell(back > 0 ? ` · ${back} lines back` : "", "warning"),
    cell(` ── tab: ${others.join(", ")} `, "quiet"),
  ];
  const rest = columns - title.reduce((sum, { text }) => sum + widthOf(text), 0);
  return row(...title, cell("─".repeat(Math.max(0, rest)), "quiet"));
}

function nameOf(source: LogSource, service: string | null): string {
  if (source === "service") return `logs of ${service ?? "the service"}`;
  return source === "loop" ? "the loop" : "builds";
}

function nothingYet(source: LogSource, service: string | null): string {
  if (source === "builds") return "nothing was built yet";
  return source === "loop" ? "nothing has happened yet" : `${service ?? "it"} has printed nothing yet`;
}

/** Where several speak, each line says who; in a narrow terminal the pods of one service do not. */
function fromWidth(lines: readonly LogLine[], source: LogSource, columns: number): number {
  const most = columns >= 60 ? 24 : source === "service" ? 0 : 10;
  return Math.min(most, Math.max(0, ...lines.map(({ from }) => widthOf(from))));
}

function lineRows({ from, text, tone }: LogLine, width: number, columns: number, isWhole: boolean): Row[] {
  const head: Cell[] = width === 0 ? [] : [cell(`${pad(from, width)} `, "quiet")];
  const room = Math.max(1, columns - (width === 0 ? 0 : width + 1));
  const texts = isWhole ? wrap(text, room) : [cut(text, room)];
  return texts.map((one) => row(...head, cell(one, tone)));
}
