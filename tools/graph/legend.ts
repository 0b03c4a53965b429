import { byCodePoint } from "../lib/merge.ts";
import { TEXT_SIZE } from "./boxes.ts";
import { shortened, textWidth } from "./measure.ts";
import type { PlatformGraph } from "./platform-graph.ts";
import { LOOKED_UP, SCRAPED, signOf } from "./signs.ts";
import { element, escaped } from "./xml.ts";

const ROW_HEIGHT = 24;
const GAP = 26;

interface Entry {
  readonly sign: string;
  readonly signWidth: number;
  readonly text: string;
}

/** What the signs mean, of those that occur; as many rows as the width asks for. */
export function legend(graph: PlatformGraph, width: number): { readonly text: string; readonly height: number } {
  const parts: string[] = [];
  let [x, row] = [0, 0];
  for (const { sign, signWidth, text } of entries(graph)) {
    const shown = shortened(text, Math.floor((width - signWidth - 8) / textWidth("x", TEXT_SIZE)));
    const entryWidth = signWidth + 8 + textWidth(shown, TEXT_SIZE);
    if (x > 0 && x + entryWidth > width) [x, row] = [0, row + 1];
    const label = element("text", { class: "legend", x: signWidth + 8, y: 4 }, escaped(shown));
    parts.push(element("g", { transform: `translate(${Math.round(x)} ${row * ROW_HEIGHT + 8})` }, sign, label));
    x += entryWidth + GAP;
  }
  return { text: parts.join("\n"), height: (row + 1) * ROW_HEIGHT - 8 };
}

function entries({ groups, edges, scraper, controller, resolver }: PlatformGraph): Entry[] {
  const kinds = [...new Set(groups.flatMap(({ nodes }) => nodes.map(({ kind }) => kind)))].toSorted(byCodePoint);
  const lines: readonly (readonly [boolean, string, string])[] = [
    [edges.some(({ kind }) => kind === "route"), "route", "route from outside"],
    [edges.some((edge) => edge.kind === "dependency" && edge.ports.length > 0), "to-0", "may connect to this port"],
    [edges.some(({ kind }) => kind === "policy"), "policy", "allowed besides, by networkPolicy"],
    [edges.some(({ ports }) => ports.length === 0), "to-0 start-order", "starts after; no port"],
  ];
  return [
    ...kinds.map((kind) => ({ sign: kindSign(kind), signWidth: 14, text: kind })),
    ...lines.flatMap(([isThere, classes, text]) => (isThere ? [{ sign: lineSign(classes), signWidth: 28, text }] : [])),
    ...(controller === null
      ? []
      : [{ sign: kindSign("Ingress"), signWidth: 14, text: `routes, through ${controller}` }]),
    ...(resolver === null
      ? []
      : [{ sign: lookedUpSign(), signWidth: 14, text: `DNS, for every service: ${resolver}` }]),
    ...(scraper === null ? [] : [{ sign: scrapedSign(), signWidth: 10, text: `metrics, read by ${scraper}` }]),
  ];
}

function kindSign(kind: string): string {
  return element("path", { class: "sign", transform: "translate(0 -7)", d: signOf(kind) });
}

function lookedUpSign(): string {
  return element("path", { class: "sign", transform: "translate(0 -7)", d: LOOKED_UP });
}

function lineSign(classes: string): string {
  const line = element("path", { class: "line", d: "M0 0H24" });
  return element("g", { class: classes }, line, element("path", { class: "tip", d: "M28 0L21 3.5L21 -3.5z" }));
}

function scrapedSign(): string {
  return element("path", { class: "scraped", transform: "translate(0 -5)", d: SCRAPED });
}
