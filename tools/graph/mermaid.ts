import type { GraphEdge, GraphNode, Group, PlatformGraph } from "./platform-graph.ts";

/** The platform as a Mermaid flowchart, which GitHub, GitLab and most editors draw. https://mermaid.js.org/syntax/flowchart.html */
export function mermaid(graph: PlatformGraph): string {
  const ids = idsOf(graph);
  const nodes = graph.groups.flatMap((group) => group.nodes);
  return `${[
    "---",
    `title: ${JSON.stringify(graph.title)}`,
    "---",
    "flowchart LR",
    ...graph.groups.flatMap((group, i) => groupLines(group, i, ids)),
    ...noteLines(graph),
    ...graph.edges.map((edge) => `  ${edgeLine(edge, ids)}`),
    ...classLines(nodes, ids),
  ].join("\n")}\n`;
}

/** Who may connect without a line of its own. */
function noteLines({ controller, resolver, scraper }: PlatformGraph): string[] {
  return [
    ...(controller === null ? [] : [`  controller>${quoted("routes, through", controller)}]`]),
    ...(resolver === null ? [] : [`  resolver>${quoted("DNS, for every service", resolver)}]`]),
    ...(scraper === null ? [] : [`  scraper>${quoted("◉ metrics, read by", scraper)}]`]),
  ];
}

/** Names that no word and no arrow of Mermaid's begins with: `service-a--b` would hold an arrow, `end` ends a group. */
function idsOf({ groups }: PlatformGraph): ReadonlyMap<string, string> {
  const nodes = groups.flatMap((group) => group.nodes);
  return new Map(
    nodes.map(({ id }, i) => [
      id,
      NAMED_FREELY.test(id) ? `${id.slice(0, id.indexOf(" "))}_${i}` : id.replaceAll(/[^A-Za-z0-9]/g, "_"),
    ]),
  );
}

const NAMED_FREELY = /^(?:host|caller|target) /;

function groupLines({ title, note, nodes }: Group, i: number, ids: ReadonlyMap<string, string>): string[] {
  const label = note === null ? quoted(title) : quoted(title, note);
  return [`  subgraph group_${i}[${label}]`, ...nodes.map((node) => `    ${nodeLine(node, ids)}`), "  end"];
}

function nodeLine(node: GraphNode, ids: ReadonlyMap<string, string>): string {
  const [open, close] = SHAPES[node.kind] ?? ["[", "]"];
  const kind = [node.kind, node.amount, ...node.marks].filter((word) => word !== null).join(" ");
  const scraped = node.ports.flatMap(({ name, detail, isScraped }) => (isScraped ? [`◉ ${name} ${detail}`] : []));
  return `${ids.get(node.id)}${open}${quoted(node.title, kind, ...node.peers, ...scraped)}${close}`;
}

// A drum keeps something; hosts and what is outside are no boxes of ours.
const SHAPES: Readonly<Record<string, readonly [string, string]>> = {
  StatefulSet: ["[(", ")]"],
  Ingress: ["([", "])"],
  External: ["{{", "}}"],
  Pods: ["[/", "/]"],
  Network: ["[/", "/]"],
};

function edgeLine({ kind, from, path, to, ports }: GraphEdge, ids: ReadonlyMap<string, string>): string {
  const words = [...(path === null ? [] : [path]), ...(ports.length === 0 ? [] : [ports.join(", ")])];
  const arrow = ARROWS[kind] ?? (ports.length === 0 ? "-.->" : "-->");
  const label = words.length === 0 ? "" : `|${quoted(...words)}|`;
  return `${ids.get(from)} ${arrow}${label} ${ids.get(to)}`;
}

// A ring: what networkPolicy allows besides.
const ARROWS: Readonly<Record<string, string>> = { route: "==>", policy: "--o" };

/** Borders only: the reader's theme has the grounds. */
function classLines(nodes: readonly GraphNode[], ids: ReadonlyMap<string, string>): string[] {
  return STYLES.flatMap(({ name, style, has }) => {
    const members = nodes.filter(has).map(({ id }) => ids.get(id));
    return members.length === 0 ? [] : [`  classDef ${name} ${style}`, `  class ${members.join(",")} ${name}`];
  });
}

const STYLES: readonly { readonly name: string; readonly style: string; readonly has: (node: GraphNode) => boolean }[] =
  [
    { name: "gpu", style: "stroke:#1a7f37,stroke-width:2px", has: ({ marks }) => marks.includes("GPU") },
    {
      name: "mocked",
      style: "stroke:#955f00,stroke-width:2px,stroke-dasharray:5 3",
      has: ({ marks }) => marks.includes("mocked"),
    },
    {
      name: "external",
      style: "stroke:#8250df,stroke-width:2px,stroke-dasharray:2 3",
      has: ({ kind }) => kind === "External",
    },
  ];

/** A label of several lines in which nothing means anything to Mermaid, to Markdown or to HTML. */
function quoted(...lines: readonly string[]): string {
  return `"${lines.map(plain).join("<br/>")}"`;
}

/** Letters, digits and a few marks stay; all else is written by its number. */
function plain(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N} ./,:=()×–◉·-]|^[-=]/gu, (character) => `#${character.codePointAt(0)};`);
}
