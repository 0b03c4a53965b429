import type { ElkExtendedEdge, ElkNode, ElkPort } from "elkjs/lib/elk-api.js";
import { type Box, HEADING_HEIGHT, alike, boxOf, groupSize, leavingAt } from "./boxes.ts";
import { type Drawing, type Line, crossings } from "./drawing.ts";
import type { Group, PlatformGraph } from "./platform-graph.ts";

interface Parts {
  readonly graph: PlatformGraph;
  readonly boxes: ReadonlyMap<string, Box>;
  readonly lines: readonly Unplaced[];
}

/** One for each port that an edge allows. */
type Unplaced = Pick<Line, "edge" | "port">;

/** Places on a box's right side, for the lines that leave it: number of the line → y. */
type Leaving = ReadonlyMap<number, number>;

/**
 * Boxes in layers from caller to callee, namespaces around them, and lines around the boxes. Same graph, same drawing.
 * Which line leaves a box above which other is not known until the boxes have their places: so there are two rounds.
 */
export async function arrange(graph: PlatformGraph): Promise<Drawing> {
  const parts = partsOf(graph);
  let best = await layOut(
    parts,
    leavingBy(parts, (i) => i),
  );
  for (let round = 0; round < ROUNDS; round++) {
    const previous = best;
    const next = await layOut(
      parts,
      leavingBy(parts, (i) => previous.lines[i]?.points.at(-1)?.y ?? 0),
    );
    if (crossings(next) < crossings(best)) best = next;
    else break;
  }
  return best;
}

const ROUNDS = 4;

// https://eclipse.dev/elk/reference/algorithms/org-eclipse-elk-layered.html
const OPTIONS = {
  "elk.algorithm": "layered",
  "elk.direction": "RIGHT",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.json.shapeCoords": "ROOT",
  "elk.json.edgeCoords": "ROOT",
  "elk.randomSeed": "1",
  "elk.padding": "[top=0,left=0,bottom=0,right=0]",
  "elk.spacing.nodeNode": "20",
  "elk.spacing.edgeEdge": "8",
  "elk.spacing.edgeNode": "12",
  "elk.layered.spacing.nodeNodeBetweenLayers": "36",
  "elk.layered.spacing.edgeEdgeBetweenLayers": "8",
  "elk.layered.spacing.edgeNodeBetweenLayers": "12",
  "elk.layered.nodePlacement.strategy": "NETWORK_SIMPLEX",
  "elk.layered.thoroughness": "30",
  "elk.alignment": "LEFT",
};

async function layOut(parts: Parts, leaving: Leaving): Promise<Drawing> {
  // Loaded only when something is laid out: it is large, and Mermaid's text needs none.
  const { default: elk } = await import("elkjs/lib/elk.bundled.js");
  const placed = await new elk.default().layout({
    id: "platform",
    layoutOptions: OPTIONS,
    children: parts.graph.groups.map((group) => groupNode(group, parts, leaving)),
    edges: parts.lines.map(lineEdge),
  });
  return drawingOf(placed as ElkNode, parts);
}

function partsOf(graph: PlatformGraph): Parts {
  const lines = graph.edges.flatMap((edge): Unplaced[] =>
    edge.ports.length === 0 ? [{ edge, port: null }] : edge.ports.map((port) => ({ edge, port })),
  );
  const leaving = (id: string): number => leavingFrom(id, lines).length;
  const boxes = graph.groups.flatMap(({ nodes }) => alike(nodes.map((node) => boxOf(node, leaving(node.id)))));
  return { graph, boxes: new Map(boxes.map((box) => [box.node.id, box])), lines };
}

/** Numbers of the lines that leave a service or a peer; those of a host leave from its rows. */
function leavingFrom(id: string, lines: readonly Unplaced[]): number[] {
  return lines.flatMap(({ edge }, i) => (edge.from === id && edge.path === null ? [i] : []));
}

function leavingBy({ boxes, lines }: Parts, rank: (line: number) => number): Leaving {
  return new Map(
    [...boxes].flatMap(([id, box]) => {
      const ordered = leavingFrom(id, lines).toSorted((a, b) => rank(a) - rank(b) || a - b);
      const places = leavingAt(box, ordered.length);
      return ordered.map((line, i): [number, number] => [line, places[i] ?? 0]);
    }),
  );
}

function groupNode(group: Group, parts: Parts, leaving: Leaving): ElkNode {
  const { width, height } = groupSize(group);
  return {
    id: group.id,
    layoutOptions: {
      "elk.padding": `[top=${HEADING_HEIGHT},left=14,bottom=14,right=14]`,
      "elk.nodeSize.constraints": "MINIMUM_SIZE",
      "elk.nodeSize.minimum": `(${width}, ${height})`,
    },
    ...(group.nodes.length === 0 && { width, height }),
    children: group.nodes.flatMap(({ id }) => parts.boxes.get(id) ?? []).map((box) => boxNode(box, parts, leaving)),
  };
}

function boxNode({ node: { id }, width, height, rows }: Box, { lines }: Parts, leaving: Leaving): ElkNode {
  const isOrderOnly = lines.some(({ edge, port }) => edge.to === id && port === null);
  return {
    id,
    width,
    height,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: [
      ...(isOrderOnly ? [portAt(inId(id, null), 0, ORDER_Y)] : []),
      ...rows.flatMap(({ side, name, y }) => {
        if (side === "text") return [];
        return [side === "in" ? portAt(inId(id, name), 0, y) : portAt(pathId(id, name), width, y)];
      }),
      ...leavingFrom(id, lines).map((line) => portAt(outId(line), width, leaving.get(line) ?? 0)),
    ],
  };
}

// Beside the title: it is about the service, and about no port.
const ORDER_Y = 17;

function portAt(id: string, x: number, y: number): ElkPort {
  return { id, x, y, width: 0, height: 0, layoutOptions: { "elk.port.side": x === 0 ? "WEST" : "EAST" } };
}

function lineEdge({ edge, port }: Unplaced, i: number): ElkExtendedEdge {
  const source = edge.path === null ? outId(i) : pathId(edge.from, edge.path);
  return { id: `line ${i}`, sources: [source], targets: [inId(edge.to, port)] };
}

function inId(node: string, port: string | null): string {
  return `${node} in ${port ?? "."}`;
}

function pathId(host: string, path: string): string {
  return `${host} path ${path}`;
}

function outId(line: number): string {
  return `out ${line}`;
}

function drawingOf({ width = 0, height = 0, children = [], edges = [] }: ElkNode, parts: Parts): Drawing {
  const groups = new Map(parts.graph.groups.map((group) => [group.id, group]));
  return {
    width,
    height,
    groups: children.flatMap((node) => {
      const group = groups.get(node.id);
      return group ? [{ group, ...rectangle(node) }] : [];
    }),
    boxes: children
      .flatMap((node) => node.children ?? [])
      .flatMap((node) => {
        const box = parts.boxes.get(node.id);
        return box ? [{ box, ...rectangle(node) }] : [];
      }),
    lines: edges.flatMap(({ sections = [] }, i) => {
      const line = parts.lines[i];
      const [section] = sections;
      if (!line || !section) return [];
      return [{ ...line, points: [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] }];
    }),
  };
}

function rectangle({ x = 0, y = 0, width = 0, height = 0 }: ElkNode) {
  return { x, y, width, height };
}
