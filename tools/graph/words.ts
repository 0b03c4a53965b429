import type { GraphEdge, GraphNode, PlatformGraph } from "./platform-graph.ts";

/** The drawing for those who do not see it. */
export function sentences(graph: PlatformGraph): string[] {
  const groups = graph.groups.map(({ title, nodes }) =>
    nodes.length === 0 ? `${title}: nothing yet.` : `${title}: ${nodes.map(describeNode).join(", ")}.`,
  );
  const edges = graph.edges.map((edge) => `${describeEdge(edge)}.`);
  const scraped = graph.groups.flatMap(({ nodes }) =>
    nodes.flatMap(({ title, ports }) => ports.filter((port) => port.isScraped).map(({ name }) => `${title} ${name}`)),
  );
  return [
    ...groups,
    ...edges,
    ...(graph.controller === null ? [] : [`Routes come through ${graph.controller}.`]),
    ...(graph.resolver === null ? [] : [`Every service may ask ${graph.resolver} for addresses.`]),
    ...(graph.scraper === null ? [] : [`Metrics of ${scraped.join(", ")} may be read by ${graph.scraper}.`]),
  ];
}

/** `core may connect to db: postgres` */
export function describeEdge({ kind, from, path, to, ports }: GraphEdge): string {
  if (kind === "route") return `${nameOf(from) || "any host"}${path ?? ""} leads to ${nameOf(to)}: ${ports.join(", ")}`;
  if (ports.length === 0) return `${nameOf(from)} starts after ${nameOf(to)}`;
  return `${nameOf(from)} may connect to ${nameOf(to)}: ${ports.join(", ")}`;
}

/** Two lines at most, of at most `width` pixels of the 13 pixel text under the heading. */
export function wrapped(text: string, width: number): string[] {
  const most = Math.floor(width / (13 * SANS_EM));
  const words = text.trim().split(/\s+/);
  let first = 0;
  while (first < words.length && words.slice(0, first + 1).join(" ").length <= most) first++;
  const lines = [words.slice(0, Math.max(1, first)), words.slice(Math.max(1, first))];
  return lines.filter((line) => line.length > 0).map((line) => cut(line.join(" "), most));
}

// The widest of the fonts that it may be set in, over a sentence; a single letter may be wider.
const SANS_EM = 0.64;

function cut(text: string, most: number): string {
  const characters = Array.from(text);
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join("")}…`;
}

function describeNode({ title, kind, amount, marks }: GraphNode): string {
  return `${title} (${[kind, amount, ...marks].filter((word) => word !== null).join(" ")})`;
}

function nameOf(id: string): string {
  return id.slice(id.indexOf(" ") + 1);
}
